import type { HostState } from '@banyan/proto';
import type { Icon } from '../../ui/icons.tsx';
import { DrainIcon, FaultyIcon, ServingIcon, SilentIcon, StartingIcon } from '../icons.ts';
import { useWords } from '../i18n/words.tsx';

const ICONS: Readonly<Record<HostState, Icon>> = {
  serving: ServingIcon,
  starting: StartingIcon,
  draining: DrainIcon,
  faulty: FaultyIcon,
  silent: SilentIcon,
};
const TONES: Readonly<Record<HostState, string>> = {
  serving: 'good',
  starting: 'accent',
  draining: 'warn',
  faulty: 'bad',
  silent: 'bad',
};

/** A state as an icon and its word. */
export function State({ state }: { state: HostState }) {
  const { t } = useWords();
  const Picture = ICONS[state];
  return (
    <span className={`with-icon state ${TONES[state]}`}>
      <Picture aria-hidden />
      <span>{t(`state.${state}`)}</span>
    </span>
  );
}
