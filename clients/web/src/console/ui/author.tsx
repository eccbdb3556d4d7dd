import type { AuditAuthor } from '@banyan/proto';
import { Name } from '../../ui/name.tsx';
import { useWords } from '../i18n/words.tsx';

/** Who decided something. */
export function Author({ by }: { by: AuditAuthor }) {
  const { t } = useWords();
  if ('name' in by) return <Name text={by.name === '' ? t('by.gone') : by.name} />;
  return <>{by.kind === 'policy' ? t('by.policy', { version: by.version }) : t(`by.${by.kind}`)}</>;
}
