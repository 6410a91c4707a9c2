import type { Browser, Locator, Page } from 'playwright-core';
import { OWNER, type N8nSession } from '../../../scripts/n8n/session';
import { launchChromium } from './chromium';
import { CredentialDialog } from './credentialDialog';
import { NodePanel } from './nodePanel';

/** Timeout for elements to appear; rendering is slow on a busy machine. */
const TIMEOUT_MS = 60_000;
const SIZE = { width: 1440, height: 900 };

/** Opens a page of a user who isn't logged in. */
async function newPage(browser: Browser): Promise<Page> {
	const page = await browser.newPage({ viewport: SIZE });
	page.setDefaultTimeout(TIMEOUT_MS);
	return page;
}

/** n8n's editor in a real browser with a logged-in user. Its methods are user actions. */
export class Editor {
	readonly credential: CredentialDialog;
	readonly panel: NodePanel;
	readonly nodes: Locator;

	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly url: string,
	) {
		this.credential = new CredentialDialog(page);
		this.panel = new NodePanel(page);
		this.nodes = page.getByTestId('canvas-node');
	}

	/** Starts Chromium and logs in as the owner through the form. */
	static async open({ url }: N8nSession): Promise<Editor> {
		const browser = await launchChromium();
		const page = await newPage(browser);
		await page.goto(`${url}/signin`);
		await page.getByTestId('emailOrLdapLoginId').locator('input').fill(OWNER.email);
		await page.getByTestId('password').locator('input').fill(OWNER.password);
		await page.getByTestId('form-submit-button').click();
		await page.waitForURL(({ pathname }) => !pathname.startsWith('/signin'));
		return new Editor(browser, page, url);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	async openVisitorPage(): Promise<Page> {
		return await newPage(this.browser);
	}

	/** Sets the system theme, which n8n uses by default. */
	async setTheme(colorScheme: 'light' | 'dark'): Promise<void> {
		await this.page.emulateMedia({ colorScheme });
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.nodes.first().waitFor();
	}

	/**
	 * Opens an execution in the workflow's executions list.
	 * @returns the canvas; in earlier versions of n8n, it is in a frame
	 */
	async openExecution(workflowId: string, id: string): Promise<Locator> {
		await this.page.goto(`${this.url}/workflow/${workflowId}/executions/${id}`);
		const canvases = [this.page.locator('body'), this.page.frameLocator('iframe').locator('body')];
		return await Promise.any(
			canvases.map(async (canvas) => {
				await canvas.getByTestId('canvas-node').first().waitFor();
				return canvas;
			}),
		);
	}

	/** Opens a table from the Data tables tab. @returns its grid */
	async openDataTable(name: string): Promise<Locator> {
		await this.page.goto(`${this.url}/home/datatables`);
		const card = this.page.getByTestId('data-table-card-name');
		await card.filter({ hasText: name }).first().click();
		const grid = this.page.getByTestId('data-table-grid');
		await grid.waitFor();
		return grid;
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** The name of the most recently added node. n8n derives it from the node's action. */
	async lastName(): Promise<string> {
		return (await this.nodes.last().getAttribute('data-node-name')) ?? '';
	}

	/** A node's outputs on the canvas, with their labels as text. */
	outputsOf(name: string): Locator {
		const handle = '[data-test-id="canvas-node-output-handle"]';
		return this.page.locator(`${handle}[data-node-name="${name}"]`);
	}

	private async openNodeList(): Promise<Locator> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) {
			const first = this.page.getByTestId('canvas-plus-button');
			const more = this.page.getByTestId('node-creator-plus-button');
			await ((await first.isVisible()) ? first : more).click();
			await search.waitFor();
		}
		return search;
	}

	/** Searches the node list. @returns the results, best match first */
	async search(words: string): Promise<Locator> {
		const results = this.page.getByTestId('item-iterator-item');
		const unfiltered = results.filter({ hasText: /On app event|Action in an app/ }).first();
		const search = await this.openNodeList();
		await search.fill('');
		await unfiltered.waitFor(); // the results of an earlier search are gone
		await search.fill(words);
		await unfiltered.waitFor({ state: 'hidden' });
		return results;
	}

	/** Selects a node in the node list. @returns its triggers and actions */
	async findNode(words: string, node: string): Promise<Locator> {
		const results = await this.search(words);
		await results.filter({ hasText: node }).first().click();
		const category = this.page.getByTestId('node-creator-category-item');
		await category.filter({ hasText: /^Actions/ }).waitFor();
		return results;
	}

	/** Adds a node: search, node, action. Opens its panel. */
	async addNode(words: string, node: string, action: string): Promise<void> {
		await this.addAction(await this.findNode(words, node), action);
	}

	/** Adds one of the actions returned by {@link findNode}. */
	async addAction(actions: Locator, action: string): Promise<void> {
		const collapsed = this.page
			.locator('[data-category-collapsed="true"]')
			.getByTestId('node-creator-category-item')
			.filter({ hasText: /^Actions/ });
		// On an empty canvas, n8n only expands the triggers of a package that has some.
		if (await collapsed.isVisible()) await collapsed.click();
		await actions.filter({ hasText: action }).first().click();
		await this.panel.root.waitFor();
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.panel.root.waitFor();
	}

	/** Imports a workflow file into the open canvas through the menu. */
	async importFile(file: string): Promise<void> {
		await this.page.getByTestId('workflow-menu').click();
		const submenu = this.page.getByRole('menuitem', { name: 'Import', exact: true });
		const item = this.page.getByRole('menuitem', { name: /from file/i });
		await submenu.or(item).first().waitFor();
		if (await submenu.isVisible()) await submenu.hover(); // n8n 1.x has no submenu
		const chooser = this.page.waitForEvent('filechooser');
		await item.click();
		await (await chooser).setFiles(file);
		await this.nodes.first().waitFor();
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').first().click();
	}

	async stop(): Promise<void> {
		await this.page.getByTestId('stop-execution-button').click();
	}

	async zoomToFit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
	}
}
