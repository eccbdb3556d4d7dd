import { BanyanError, displayText, MAX_METALINK_BYTES } from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { BusyIcon, DownloadIcon, LinkIcon, ProblemIcon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

/** What a list of links may be long; more is a mistake. */
const MAX_LINES = 500;
/** Of what could not be begun. */
const SHOWN_CHARS = 40;

/** Begins downloads of what somebody sent: banyan: links, and Metalinks. */
export function AddDownloads({ canAct }: { canAct: boolean }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        disabled={!canAct}
        aria-haspopup="dialog"
        onClick={() => {
          setIsOpen(true);
        }}
      >
        <LinkIcon aria-hidden />
        <span>{t('add.open')}</span>
      </button>
      {isOpen ? (
        <AddDialog
          canAct={canAct}
          onClose={() => {
            setIsOpen(false);
          }}
        />
      ) : null}
    </>
  );
}

function AddDialog({ canAct, onClose }: { canAct: boolean; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  const id = useId();
  const [links, setLinks] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const lines = links.split('\n').flatMap((line) => line.trim() || []);

  const startMetalink = async (file: File): Promise<number> => {
    if (file.size > MAX_METALINK_BYTES) throw new BanyanError('limit_exceeded', t('add.large'));
    return (await client.startMetalink({ document: await file.text() })).length;
  };

  const startLink = async (link: string): Promise<number> => {
    if (/^https?:/i.test(link)) throw new BanyanError('link_invalid', t('add.address'));
    await client.startDownload({ link });
    return 1;
  };

  const add = async () => {
    setIsBusy(true);
    let begun = 0;
    const failed: string[] = [];
    const left: string[] = [];
    const leftFiles: File[] = [];
    for (const line of lines.slice(0, MAX_LINES)) {
      try {
        begun += await startLink(line);
      } catch (error) {
        left.push(line);
        failed.push(`${isolate(displayText(line, SHOWN_CHARS))}: ${failureText(i18n, error)}`);
      }
    }
    left.push(...lines.slice(MAX_LINES));
    for (const file of files) {
      try {
        begun += await startMetalink(file);
      } catch (error) {
        leftFiles.push(file);
        failed.push(`${isolate(displayText(file.name, SHOWN_CHARS))}: ${failureText(i18n, error)}`);
      }
    }
    setIsBusy(false);
    if (begun > 0) notices.done(t('add.done', { count: begun }));
    if (failed.length === 0 && left.length === 0) {
      onClose();
      return;
    }
    // What worked is not begun a second time.
    setLinks(left.join('\n'));
    setFiles(leftFiles);
    setProblems(failed);
  };

  return (
    <Dialog title={t('add.title')} className="add-downloads" onClose={onClose}>
      <form
        className="add-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <label>
          <span>{t('add.links')}</span>
          <textarea
            rows={4}
            value={links}
            placeholder="banyan:…"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              setLinks(event.target.value);
            }}
          />
        </label>
        <label>
          <span>{t('add.files')}</span>
          <input
            type="file"
            multiple
            accept=".meta4,.metalink,application/metalink4+xml"
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              setFiles([...(event.target.files ?? [])]);
            }}
          />
        </label>
        <p id={`${id}-hint`} className="section-note">
          {t('add.hint')}
        </p>
        {problems.length === 0 ? null : (
          <div role="alert">
            <ul className="add-problems bad" role="list">
              {problems.map((problem) => (
                <li key={problem} className="with-icon">
                  <ProblemIcon aria-hidden />
                  <span>{problem}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        <button
          type="submit"
          className="button button-main"
          disabled={!canAct || isBusy || (lines.length === 0 && files.length === 0)}
        >
          {isBusy ? <BusyIcon aria-hidden className="spin" /> : <DownloadIcon aria-hidden />}
          <span>{t('add.start')}</span>
        </button>
      </form>
    </Dialog>
  );
}
