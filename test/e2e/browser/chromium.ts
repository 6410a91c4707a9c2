import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser } from 'playwright-core';
import { aptInstall, isRoot } from '../../../scripts/lib/apt';
import { withLock } from '../../../scripts/lib/lock';
import { cacheFolder } from '../../../scripts/lib/paths';
import { UserError } from '../../../scripts/lib/userError';

/** Usual paths of Chromium and Chrome. VEO_CHROMIUM overrides them. */
const PATHS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Disables the sandbox, because tests may run as root, and requests to Google's hosts. */
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

function findChromium(): string | undefined {
	const { VEO_CHROMIUM } = process.env;
	if (!VEO_CHROMIUM) return PATHS.find((path) => existsSync(path));
	if (existsSync(VEO_CHROMIUM)) return VEO_CHROMIUM;
	throw new UserError(`VEO_CHROMIUM is ${VEO_CHROMIUM}, which doesn't exist.`);
}

/** Installs Chromium on Debian-based systems as root. Does nothing on other systems. */
async function install(): Promise<void> {
	if (existsSync('/usr/bin/apt-get') && isRoot()) await aptInstall(['chromium']);
}

/** Returns the path of Chromium, and installs it if possible. @throws UserError if it's missing */
export async function ensureChromium(): Promise<string> {
	const present = findChromium();
	if (present) return present;
	await withLock(`${cacheFolder()}/chromium.lock`, install);
	const installed = findChromium();
	if (installed) return installed;
	throw new UserError(
		'Chromium was not found. The editor tests require it.',
		'Install Chromium or Chrome, or set VEO_CHROMIUM to its path.',
	);
}

/** Starts a headless Chromium with an empty profile. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id'); // the attribute that n8n uses
	const executablePath = await ensureChromium();
	return await chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}
