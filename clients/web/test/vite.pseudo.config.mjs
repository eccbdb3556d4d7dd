// The page, or with `--mode console` the console, in a language that nobody speaks: see pseudo-locale.ts.
import { mergeConfig } from 'vite';
import console from '../vite.console.config.ts';
import page from '../vite.config.ts';
import { pseudoCatalogue } from './pseudo-locale.ts';

export default ({ mode }) =>
  mergeConfig(mode === 'console' ? console : page, {
    plugins: [
      {
        name: 'pseudo-locale',
        enforce: 'pre',
        transform: (code, id) =>
          /\/i18n\/en\.json$/.test(id) ? JSON.stringify(pseudoCatalogue(JSON.parse(code))) : undefined,
      },
    ],
  });
