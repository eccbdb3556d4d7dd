import { createConsoleClient } from '@banyan/sdk/browser';
import { startPage } from '../start.tsx';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/shell.css';
import '../styles/console/frame.css';
import '../styles/console/forms.css';
import '../styles/console/overview.css';
import '../styles/console/map.css';
import '../styles/console/tables.css';
import '../styles/console/host.css';
import '../styles/console/lists.css';
import '../styles/console/audit.css';
import { ConsoleApp } from './app.tsx';

void startPage(<ConsoleApp client={createConsoleClient()} />);
