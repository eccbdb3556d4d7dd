import { createBrowserClient } from '@banyan/sdk/browser';
import { App } from './app.tsx';
import { keepSignInAnswer } from './route.ts';
import { startPage } from './start.tsx';
import { theme } from './ui/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/search.css';
import './styles/transfers.css';
import './styles/library.css';
import './styles/player.css';
import './styles/first-run.css';
import './styles/settings.css';

// Before anything is drawn: a code does not stay in the address.
keepSignInAnswer();
theme.apply();
void startPage(<App client={createBrowserClient()} />);
