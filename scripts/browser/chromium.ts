import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser } from 'playwright-core';
import { Failure } from '../lib/failure';
import { withLock } from '../lib/lock';
import { cacheFolder } from '../lib/paths';
import { run } from '../lib/processes';
import { step } from '../lib/progress.cjs';

/** Where a Chromium usually is; VEO_CHROMIUM names another. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** No sandbox, since tests may run as root; nothing that asks Google's hosts. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
	'--autoplay-policy=no-user-gesture-required',
];

function found(): string | undefined {
	const { VEO_CHROMIUM } = process.env;
	if (!VEO_CHROMIUM) return PLACES.find((place) => existsSync(place));
	if (existsSync(VEO_CHROMIUM)) return VEO_CHROMIUM;
	throw new Failure(`VEO_CHROMIUM names ${VEO_CHROMIUM}, which is not there.`);
}

/** Debian and its kin, as root: elsewhere installing a browser is the user's own affair. */
async function install(): Promise<void> {
	if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await step('Installing Chromium (apt-get)', async () => {
		await run('apt-get', ['update'], { env });
		await run('apt-get', ['install', '--yes', 'chromium'], { env });
	});
}

/**
 * The path of a Chromium, installed first where that can be done.
 * @throws Failure that says how to get one
 */
export async function ensureChromium(): Promise<string> {
	const known = found();
	if (known) return known;
	await withLock(`${cacheFolder()}/chromium.lock`, install);
	const installed = found();
	if (installed) return installed;
	throw new Failure(
		'No Chromium was found, which the tests of the editor need.',
		'Install Chromium or Chrome, or name one with VEO_CHROMIUM=<path>.',
	);
}

/** Starts a headless Chromium with an empty profile. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id'); // n8n's own name for it
	const executablePath = await ensureChromium();
	return await chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}
