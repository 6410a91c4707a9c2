import { globalIgnores } from 'eslint/config';
import config from '../eslint.dev.config.mjs';

/** The page's script runs in the browser. */
const browser = {
	files: ['page/*.js'],
	languageOptions: {
		globals: {
			window: 'readonly',
			document: 'readonly',
			fetch: 'readonly',
			setInterval: 'readonly',
		},
	},
};

export default [globalIgnores(['dist']), ...config, browser];
