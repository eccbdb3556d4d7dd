import { displayText, type HitView, type UploadOfferView } from '@banyan/proto';
import { useCallback, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { useAsked } from '../live/use-asked.ts';
import { useNow } from '../live/use-now.ts';
import { routeHref } from '../route.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FolderIcon, LinkIcon, WhyIcon } from '../ui/icons.tsx';
import { laterDialog } from '../ui/later.tsx';
import { Name } from '../ui/name.tsx';
import { failureText } from '../ui/problem.tsx';
import { ExpectedRate } from './expected-rate.tsx';
import { folderQuery } from './folder-files.ts';

const FolderDialog = laterDialog(async () => (await import('./folder-dialog.tsx')).FolderDialog);

/** Hosts that are named; how many more there are is said. */
const MAX_HOSTS = 12;

/** What else is known of a hit: its other names, who has it, its whole hash, and what can be done with it. */
export function HitDetails({ hit, onWhy }: { hit: HitView; onWhy: (hit: HitView) => void }) {
  const { t, format } = useI18n();
  const canAct = useCanAct();
  const now = useNow(false);
  const [isFolderOpen, setIsFolderOpen] = useState(false);
  const hash = hit.content.slice(0, hit.content.lastIndexOf('-'));
  const others = hit.names.filter((name) => name !== hit.name);
  const tags = Object.entries(hit.tags.more ?? {});
  return (
    <div className="hit-details">
      <dl>
        <Entry label={t('hit.details.name')}>
          <Name text={hit.name} />
        </Entry>
        {others.length === 0 ? null : (
          <Entry label={t('hit.details.names')}>
            <ul role="list">
              {others.map((name) => (
                <li key={name}>
                  <Name text={name} />
                </li>
              ))}
            </ul>
          </Entry>
        )}
        {hit.folder === '' ? null : (
          <Entry label={t('hit.details.folder')}>
            <a href={routeHref({ face: 'search', query: folderQuery(hit.folder) })}>
              <Name text={hit.folder} />
            </a>
          </Entry>
        )}
        <Entry label={t('hit.details.hosts')}>
          <Hosts content={hit.content} />
        </Entry>
        {hit.modified > 0 ? (
          <Entry label={t('hit.details.modified')}>{format.moment(hit.modified, now)}</Entry>
        ) : null}
        {tags.map(([field, value]) => (
          <Entry key={field} label={<Name text={field} />}>
            <Name text={value} />
          </Entry>
        ))}
        <Entry label={t('hit.details.hash')}>
          <code className="hash">{hash}</code>
        </Entry>
      </dl>
      <div className="hit-actions">
        {hit.folder === '' ? null : (
          <button
            type="button"
            className="button"
            disabled={!canAct}
            aria-haspopup="dialog"
            onClick={() => {
              setIsFolderOpen(true);
            }}
          >
            <FolderIcon aria-hidden />
            <span>{t('folder.open')}</span>
          </button>
        )}
        <CopyButton text={hit.link} label={t('hit.details.link')} icon={LinkIcon} />
        <CopyButton text={hash} label={t('hit.details.copyhash')} />
        <button
          type="button"
          className="button button-quiet"
          onClick={() => {
            onWhy(hit);
          }}
        >
          <WhyIcon aria-hidden />
          <span>{t('why.button')}</span>
        </button>
      </div>
      {isFolderOpen ? (
        <FolderDialog
          folder={hit.folder}
          onClose={() => {
            setIsFolderOpen(false);
          }}
        />
      ) : null}
    </div>
  );
}

function Entry({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Who has the content now; asked for when somebody looks, since it changes by the minute. */
function Hosts({ content }: { content: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const asked = useAsked(
    useCallback((signal: AbortSignal) => client.contentSources(content, signal), [client, content]),
  );
  if (asked.state === 'asking') return <span className="muted">{t('hit.hosts.asking')}</span>;
  if (asked.state === 'failed') return <span className="warn">{failureText(i18n, asked.error)}</span>;
  const { sources } = asked.value;
  if (sources.length === 0) return <span className="warn">{t('hit.hosts.none')}</span>;
  return (
    <ul role="list" className="hosts">
      {sources.slice(0, MAX_HOSTS).map((source) => (
        <li key={source.deviceId}>
          <Name text={source.account === '' ? source.deviceId.slice(0, 8) : source.account} />{' '}
          <span className="muted">
            {source.partial ? t('hit.hosts.partial') : t('hit.hosts.whole')}
            {source.address === '' ? '' : ` · ${displayText(source.address, 64)}`}
          </span>
          {source.offer === undefined ? null : <Offer offer={source.offer} />}
        </li>
      ))}
      {sources.length > MAX_HOSTS ? (
        <li className="muted">{t('download.trouble.more', { count: sources.length - MAX_HOSTS })}</li>
      ) : null}
    </ul>
  );
}

/** What a host says that one can expect of it. */
function Offer({ offer }: { offer: UploadOfferView }) {
  const { t } = useI18n();
  const { freeSlots, queued, bytesPerSecond } = offer;
  return (
    <>
      <span className="muted"> · </span>
      <span className={freeSlots > 0 ? 'good' : 'warn'}>
        {freeSlots > 0 ? t('hit.hosts.free', { count: freeSlots }) : t('hit.hosts.busy')}
      </span>
      <span className="muted">
        {queued > 0 ? ` · ${t('hit.hosts.waiting', { count: queued })}` : ''}
        {bytesPerSecond === null ? null : (
          <>
            {' · '}
            <ExpectedRate bytesPerSecond={bytesPerSecond} />
          </>
        )}
      </span>
    </>
  );
}
