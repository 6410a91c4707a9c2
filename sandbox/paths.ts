import { basename, dirname } from 'node:path';

/** Whether this is the compiled package, whose code is in dist/. */
export const IS_COMPILED = basename(__dirname) === 'dist';

/** The folder of package.json, media/ and page/. */
export const PACKAGE_FOLDER = IS_COMPILED ? dirname(__dirname) : __dirname;
