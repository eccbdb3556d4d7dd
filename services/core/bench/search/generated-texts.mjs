// Names of files that nobody has: for a bench that needs many texts of which the statistics are those of real ones.
import { mix32, seededRandom } from './random.mjs';

/**
 * Words follow the law of Zipf and Mandelbrot: the word of rank r comes with a probability ∝ (r + SHIFT)^-EXPONENT.
 * There is no last rank, so the vocabulary grows with the texts as Heaps found: V ∝ n^(1 / EXPONENT).
 */
const EXPONENT = 1.35;
const SHIFT = 12;
/** Ranks beyond it are one word each in a lifetime: the hash that spells them has 32 bits. */
const MAX_RANK = 2 ** 32 - 1;

const ONSETS = 'b c d f g h j k l m n p r s t v w z br ch cl dr fr gr kr pl pr sh sl sp st th tr'.split(' ');
const VOWELS = 'a e i o u a e i o ai ea ou'.split(' ');
const CODAS = ['', '', '', '', ...'n r s l t m k d x nd st ck ng rt'.split(' ')];
/** Words of so many ranks have one syllable more than those before: frequent words are short. */
const SYLLABLE_RANKS = [120, 6_000, 600_000];

const EXTENSIONS = (
  'mp3 mp3 mp3 mp3 mp3 mp3 jpg jpg jpg avi avi mkv mkv mp4 mp4 pdf pdf pdf flac flac zip rar iso epub docx ' +
  'txt png exe srt'
).split(' ');
const SEPARATORS = [' ', ' ', ' ', ' ', ' ', ' ', '_', '_', '.', '.', '-', ' - '];
const MIN_WORDS = 3;
const MAX_WORDS = 9;
const NUMBER_SHARE = 0.1;
const EXTENSION_SHARE = 0.7;
const TITLE_SHARE = 0.5;

const CHINESE_SHARE = 0.05;
const FIRST_IDEOGRAPH = 0x4e00;
/** About as many as an educated reader knows. */
const IDEOGRAPHS = 4_000;

/**
 * Texts without end, the same ones for the same seed: 3 to 9 pronounceable words of a vocabulary that grows, numbers,
 * years and episodes among them, most with an extension, in the spellings that file names have; one in twenty Chinese.
 *
 * @param {number} seed
 * @returns {() => string}
 */
export function createTextGenerator(seed) {
  const random = seededRandom(seed);
  const pick = (list) => list[random.below(list.length)];
  const chance = (share) => random.fraction() < share;

  const rank = () => {
    const tail = (1 - random.fraction()) ** (-1 / (EXPONENT - 1));
    return Math.min(MAX_RANK, Math.floor((1 + SHIFT) * tail) - SHIFT);
  };

  const number = () => {
    const kind = random.below(4);
    if (kind === 0) return String(1950 + random.below(76));
    if (kind === 1) return `S${twoDigits(1 + random.below(9))}E${twoDigits(1 + random.below(24))}`;
    return kind === 2 ? twoDigits(1 + random.below(20)) : String(random.below(1_000));
  };

  const chinese = () => {
    const words = 2 + random.below(4);
    let text = '';
    for (let i = 0; i < words; i += 1) text += (i > 0 && chance(0.2) ? ' ' : '') + chineseWord(rank());
    return text;
  };

  const spelled = () => {
    const title = chance(TITLE_SHARE);
    const separator = pick(SEPARATORS);
    const words = MIN_WORDS + random.below(MAX_WORDS - MIN_WORDS + 1);
    let text = '';
    for (let i = 0; i < words; i += 1) {
      const word = chance(NUMBER_SHARE) ? number() : spell(rank());
      text += (i > 0 ? separator : '') + (title ? word[0].toUpperCase() + word.slice(1) : word);
    }
    return text;
  };

  return () => {
    const text = chance(CHINESE_SHARE) ? chinese() : spelled();
    return chance(EXTENSION_SHARE) ? `${text}.${pick(EXTENSIONS)}` : text;
  };
}

/** The word of a rank. Far fewer words are in use than can be spelled, as in a language: most slips give no word. */
function spell(rank) {
  let bits = mix32(rank);
  const below = (limit) => {
    const chosen = bits % limit;
    bits = mix32(bits + limit);
    return chosen;
  };
  const further = SYLLABLE_RANKS.findIndex((ranks) => rank < ranks);
  const syllables = 1 + (further < 0 ? SYLLABLE_RANKS.length : further);
  let word = '';
  for (let i = 0; i < syllables; i += 1)
    word += ONSETS[below(ONSETS.length)] + VOWELS[below(VOWELS.length)] + CODAS[below(CODAS.length)];
  return word;
}

/** Two ideographs; those of frequent words are frequent. */
function chineseWord(rank) {
  const bits = mix32(rank);
  const spread = (half) => Math.floor((half / 2 ** 16) ** 2 * IDEOGRAPHS);
  return String.fromCharCode(FIRST_IDEOGRAPH + spread(bits >>> 16), FIRST_IDEOGRAPH + spread(bits & 0xffff));
}

function twoDigits(number) {
  return String(number).padStart(2, '0');
}
