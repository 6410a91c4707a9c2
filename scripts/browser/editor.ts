import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { OWNER, type N8nSession } from '../n8n/session';
import { launchChromium } from './chromium';
import { CredentialDialog } from './credentialDialog';
import { NodePanel } from './nodePanel';

/** Of every wait for something to appear; a busy machine is slow to draw. */
const LIMIT_MS = 60_000;
const SIZE = { width: 1440, height: 900 };

export type Theme = 'light' | 'dark';

/** n8n's editor in a real browser, logged in, with what a user does there as methods. */
export class Editor {
	readonly credential: CredentialDialog;
	readonly panel: NodePanel;

	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly url: string,
	) {
		this.credential = new CredentialDialog(page);
		this.panel = new NodePanel(page);
	}

	/** Starts Chromium and logs in to n8n as its owner, by the form. */
	static async open(n8n: N8nSession): Promise<Editor> {
		const browser = await launchChromium();
		const page = await browser.newPage({ viewport: SIZE });
		page.setDefaultTimeout(LIMIT_MS);
		await page.goto(`${n8n.url}/signin`);
		await page.getByTestId('emailOrLdapLoginId').locator('input').fill(OWNER.email);
		await page.getByTestId('password').locator('input').fill(OWNER.password);
		await page.getByTestId('form-submit-button').click();
		await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
		return new Editor(browser, page, n8n.url);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** A page of somebody who is not logged in. */
	async visitor(): Promise<Page> {
		const page = await this.browser.newPage({ viewport: SIZE });
		page.setDefaultTimeout(LIMIT_MS);
		return page;
	}

	/** What the user's system prefers; n8n follows it unless told otherwise. */
	async setTheme(colorScheme: Theme): Promise<void> {
		await this.page.emulateMedia({ colorScheme });
	}

	/** Opens an empty canvas. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/** Opens a stored workflow. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.nodes().first().waitFor();
	}

	/** All nodes on the canvas. */
	nodes(): Locator {
		return this.page.getByTestId('canvas-node');
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** What the node that was added last is called; n8n names it by what it does. */
	async lastName(): Promise<string> {
		return (await this.nodes().last().getAttribute('data-node-name')) ?? '';
	}

	/** The node's outputs on the canvas; each has its name as text, if it has one. */
	outputsOf(name: string): Locator {
		return this.page.locator(
			`[data-test-id="canvas-node-output-handle"][data-node-name="${name}"]`,
		);
	}

	/** The search field of the list of nodes, open. */
	private async nodeSearch(): Promise<Locator> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) {
			const first = this.page.getByTestId('canvas-plus-button');
			const more = this.page.getByTestId('node-creator-plus-button');
			await ((await first.isVisible()) ? first : more).click();
			await search.waitFor();
		}
		return search;
	}

	/** Searches the list of nodes. @returns what it finds, the best first */
	async search(words: string): Promise<Locator> {
		const found = this.page.getByTestId('item-iterator-item');
		const unsearched = found.filter({ hasText: /On app event|Action in an app/ }).first();
		const search = await this.nodeSearch();
		await search.fill('');
		await unsearched.waitFor(); // nothing is left of an earlier search
		await search.fill(words);
		await unsearched.waitFor({ state: 'hidden' });
		return found;
	}

	/** Finds a node in the list. @returns the triggers and actions that it offers */
	async findNode(words: string, node: string): Promise<Locator> {
		const found = await this.search(words);
		await found.filter({ hasText: node }).first().click();
		const category = this.page.getByTestId('node-creator-category-item');
		await category.filter({ hasText: /^Actions/ }).waitFor();
		return found;
	}

	/** Adds a node as a user does: search, node, action. Its panel is open then. */
	async addNode(words: string, node: string, action: string): Promise<void> {
		const offered = await this.findNode(words, node);
		await this.addOffered(offered, action);
	}

	/** Adds one of the actions that {@link findNode} has found. */
	async addOffered(offered: Locator, action: string): Promise<void> {
		const closed = this.page.locator('[data-category-collapsed="true"]');
		const actions = closed
			.getByTestId('node-creator-category-item')
			.filter({ hasText: /^Actions/ });
		// on an empty canvas n8n opens the triggers alone, where a package has one
		if (await actions.isVisible()) await actions.click();
		await offered.filter({ hasText: action }).first().click();
		await this.panel.root.waitFor();
	}

	/** Opens a node's panel. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.panel.root.waitFor();
	}

	/** Imports a workflow file into the open canvas, by the menu. */
	async importFile(file: string): Promise<void> {
		await this.page.getByTestId('workflow-menu').click();
		const submenu = this.page.getByRole('menuitem', { name: 'Import', exact: true });
		const item = this.page.getByRole('menuitem', { name: /from file/i });
		await submenu.or(item).first().waitFor();
		if (await submenu.isVisible()) await submenu.hover(); // n8n 1.x has no submenu
		const chooser = this.page.waitForEvent('filechooser');
		await item.click();
		await (await chooser).setFiles(file);
		await this.nodes().first().waitFor();
	}

	/** Runs the workflow by its button. */
	async execute(): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').first().click();
	}

	/** Stops the running workflow by its button. */
	async stop(): Promise<void> {
		await this.page.getByTestId('stop-execution-button').click();
	}

	/** Draws the whole workflow as large as the canvas allows. */
	async zoomToFit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
	}

	/** Keeps what the browser shows now as a PNG file. */
	async picture(path: string): Promise<void> {
		await mkdir(dirname(path), { recursive: true });
		await this.page.screenshot({ path });
	}
}
