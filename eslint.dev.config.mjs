// For everything that is not shipped: the rules of n8n's own config that concern community
// nodes (no Node.js built-ins, no globals, no console) do not apply here; type safety does.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(js.configs.recommended, tseslint.configs.recommended, {
	languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
	rules: {
		'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
		'@typescript-eslint/no-explicit-any': 'error',
		'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
		'@typescript-eslint/ban-ts-comment': 'error',
	},
});
