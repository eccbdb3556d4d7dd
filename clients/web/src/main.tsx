import { createBrowserClient } from '@banyan/sdk/browser';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { I18nProvider } from './i18n/i18n.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/search.css';
import './styles/transfers.css';
import './styles/library.css';
import './styles/player.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <I18nProvider>
    <App client={createBrowserClient()} />
  </I18nProvider>,
);
