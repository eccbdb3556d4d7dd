/** The few pages that a person sees at auth on the way to the provider and back; without scripts, in two languages. */
import { createHash } from 'node:crypto';
import { displayText, type BanyanError, type ErrorCode } from '@banyan/proto';
import { GO_PATH, SIGN_IN_PATH, type SignInToConfirm } from './sign-in-desk.ts';

/** Languages of the pages. */
export type PageLanguage = 'en' | 'zh-Hant';

interface Words {
  readonly codeTitle: string;
  readonly codeText: string;
  readonly codeLabel: string;
  readonly next: string;
  readonly confirmTitle: (network: string) => string;
  readonly confirmText: string;
  readonly device: string;
  readonly from: string;
  readonly account: string;
  readonly linkTitle: (account: string, provider: string) => string;
  readonly linkText: (account: string, provider: string) => string;
  readonly warning: string;
  readonly signIn: (provider: string) => string;
  readonly doneTitle: string;
  readonly doneText: string;
  readonly failedTitle: string;
  readonly back: string;
  /** In place of the sentence of the code; a code that is missing here is said in the words of the error. */
  readonly failures: Partial<Record<ErrorCode, string>>;
}

const WORDS: Readonly<Record<PageLanguage, Words>> = {
  en: {
    codeTitle: 'Connect a device',
    codeText: 'Type the code that your device shows.',
    codeLabel: 'Code',
    next: 'Continue',
    confirmTitle: (network) => `Let this device into ${network}?`,
    confirmText: 'It will search, download and share under your name.',
    device: 'Device',
    from: 'Asked from',
    account: 'Account',
    linkTitle: (account, provider) => `Open the account ${account} by ${provider}?`,
    linkText: (account, provider) =>
      `This device is in the account ${account}. From now on it belongs to whoever you sign in as at ${provider}.`,
    warning:
      'Go on only if you have just started this yourself. If somebody sent you the code, close this page: they would get into your account.',
    signIn: (provider) => `Sign in with ${provider}`,
    doneTitle: 'You are signed in',
    doneText: 'Your device goes on by itself. You can close this page.',
    failedTitle: 'You could not be signed in',
    back: 'Back to Banyan',
    failures: {},
  },
  'zh-Hant': {
    codeTitle: '連結裝置',
    codeText: '請輸入裝置上顯示的代碼。',
    codeLabel: '代碼',
    next: '繼續',
    confirmTitle: (network) => `要讓這部裝置加入 ${network} 嗎？`,
    confirmText: '它會以你的名義搜尋、下載和分享。',
    device: '裝置',
    from: '要求來自',
    account: '帳號',
    linkTitle: (account, provider) => `要以 ${provider} 開啟帳號 ${account} 嗎？`,
    linkText: (account, provider) =>
      `這部裝置屬於帳號 ${account}。今後這個帳號會屬於你在 ${provider} 登入的身分。`,
    warning: '只有在你剛剛自己啟動時才繼續。如果代碼是別人傳給你的，請關閉此頁：對方會因此進入你的帳號。',
    signIn: (provider) => `使用 ${provider} 登入`,
    doneTitle: '你已登入',
    doneText: '裝置會自行繼續。你可以關閉此頁。',
    failedTitle: '無法登入',
    back: '回到 Banyan',
    failures: {
      sign_in_expired: '這次登入已使用過、逾時，或代碼不正確。請在裝置上重新開始。',
      sign_in_unavailable: '你的組織的登入服務目前沒有回應。請稍後再試，或使用其他方式登入。',
      sign_in_refused: '你的組織的登入服務沒有讓你進入這個網路。請洽網路管理員。',
      rate_limited: '嘗試次數過多。請稍候再試。',
      token_revoked: '此帳號或裝置已被封鎖。請洽網路管理員。',
    },
  },
};

/** The language that a browser asks for first among ours. */
export function pageLanguage(acceptLanguage: string | undefined): PageLanguage {
  for (const range of (acceptLanguage ?? '').split(',', 16)) {
    const tag = range.split(';', 1)[0]!.trim().toLowerCase();
    if (/^zh(?:-|$)/.test(tag)) return 'zh-Hant';
    if (/^en(?:-|$)/.test(tag)) return 'en';
  }
  return 'en';
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1f1d; --soft: #5b625e; --back: #f6f6f3; --card: #fff; --line: #d9ddd9; --go: #1d6b45; --on: #fff; --bad: #a3261f }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ece9; --soft: #a3aba6; --back: #151816; --card: #1e2220; --line: #363c38; --go: #7fd3a6; --on: #0d1a13; --bad: #ff9a92 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 27rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
.network { margin: 0; color: var(--soft) }
h1 { margin: .25rem 0 1rem; font-size: 1.4rem; line-height: 1.25 }
p, dl { margin: 0 0 1rem; overflow-wrap: anywhere }
main > :last-child { margin-bottom: 0 }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem }
dt { color: var(--soft) } dd { margin: 0; font-weight: 600 }
label { display: block; margin-bottom: .35rem; color: var(--soft) }
input { width: 100%; padding: .6rem .75rem; margin-bottom: 1rem; border: 1px solid var(--soft); border-radius: .5rem; background: transparent; color: inherit; font: 1.35rem ui-monospace, monospace; letter-spacing: .12em; text-transform: uppercase }
.warning { padding-left: .75rem; border-left: 3px solid var(--bad) }
.button { display: block; width: 100%; padding: .7rem 1rem; border: 0; border-radius: .5rem; background: var(--go); color: var(--on); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer }
.button:focus-visible, input:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
`;

/** Nothing but this very style, forms only to ourselves, nobody's frame. The provider is reached by a link, not a form. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escaped = (text: string): string =>
  displayText(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const button = (href: string, text: string): string =>
  `<p><a class="button" href="${escaped(href)}" rel="noreferrer">${escaped(text)}</a></p>`;

/** Makes the pages of one network. */
export function createPages(init: { readonly network: string; readonly provider: string }) {
  const { network, provider } = init;

  const page = (language: PageLanguage, title: string, body: string): string =>
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} – ${escaped(network)}</title><style>${STYLE}</style></head><body><main><p class="network">${escaped(network)}</p><h1>${escaped(title)}</h1>${body}</main></body></html>\n`;

  return {
    /** Where a code is typed. */
    code(language: PageLanguage): string {
      const words = WORDS[language];
      return page(
        language,
        words.codeTitle,
        `<form method="post" action="${SIGN_IN_PATH}"><p>${words.codeText}</p><label for="code">${words.codeLabel}</label><input id="code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" placeholder="XXXX-XXXX"><button class="button">${words.next}</button></form>`,
      );
    },
    /** What the person is about to let in. */
    confirm(language: PageLanguage, { ref, deviceName, address, account }: SignInToConfirm): string {
      const words = WORDS[language];
      const row = (term: string, text: string): string =>
        `<dt>${term}</dt><dd><bdi>${escaped(text)}</bdi></dd>`;
      return page(
        language,
        account === undefined ? words.confirmTitle(network) : words.linkTitle(account, provider),
        `<p>${account === undefined ? words.confirmText : escaped(words.linkText(account, provider))}</p><dl>${row(words.device, deviceName)}${row(words.from, address)}${account === undefined ? '' : row(words.account, account)}</dl><p class="warning">${words.warning}</p>${button(`${GO_PATH}?ref=${ref}`, words.signIn(provider))}`,
      );
    },
    done(language: PageLanguage): string {
      const words = WORDS[language];
      return page(language, words.doneTitle, `<p role="status">${words.doneText}</p>`);
    },
    /** @param back - the page that it was begun from */
    failed(language: PageLanguage, error: BanyanError, back?: string): string {
      const words = WORDS[language];
      const own = words.failures[error.code];
      // What only the error knows is said beside a translation, in the language it is in.
      const detail = own === undefined ? '' : `<p lang="en">${escaped(error.message)}</p>`;
      return page(
        language,
        words.failedTitle,
        `<p role="alert">${escaped(own ?? error.message)}</p>${detail}${back === undefined ? '' : button(back, words.back)}`,
      );
    },
  };
}
