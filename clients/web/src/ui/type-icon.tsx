import type { MessageKey } from '../i18n/messages.ts';
import { useI18n } from '../i18n/i18n.tsx';
import {
  ArchiveIcon,
  AudioIcon,
  DocumentIcon,
  ImageIcon,
  OtherIcon,
  SoftwareIcon,
  VideoIcon,
  type Icon,
} from './icons.tsx';

const TYPES: Readonly<Record<string, { readonly icon: Icon; readonly label: MessageKey }>> = {
  audio: { icon: AudioIcon, label: 'type.audio' },
  video: { icon: VideoIcon, label: 'type.video' },
  image: { icon: ImageIcon, label: 'type.image' },
  document: { icon: DocumentIcon, label: 'type.document' },
  archive: { icon: ArchiveIcon, label: 'type.archive' },
  software: { icon: SoftwareIcon, label: 'type.software' },
};
const OTHER = { icon: OtherIcon, label: 'type.other' } as const;

/** The word for a media type; one that a newer network invented is just a file. */
export const typeLabel = (type: string): MessageKey =>
  (Object.hasOwn(TYPES, type) ? (TYPES[type] ?? OTHER) : OTHER).label;

/** The kind of a file, as a picture with its word for those who do not see it. */
export function TypeIcon({ type }: { type: string }) {
  const { t } = useI18n();
  const { icon: Picture, label } = Object.hasOwn(TYPES, type) ? (TYPES[type] ?? OTHER) : OTHER;
  return (
    <span className={`type-icon type-${Object.hasOwn(TYPES, type) ? type : 'other'}`} title={t(label)}>
      <Picture aria-hidden />
      <span className="visually-hidden">{t(label)}</span>
    </span>
  );
}
