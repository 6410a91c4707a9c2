/** The texts that n8n's AI builder and MCP server give to a model, built with n8n's own code. */
import { NodeTypeParser, searchCodeBuilderNodes } from '@n8n/ai-utilities/node-catalog';
import { generateNodeTypeFile } from '@n8n/workflow-sdk';
import type { INodeTypeDescription } from 'n8n-workflow';

type SdkNode = Parameters<typeof generateNodeTypeFile>[0];

export class BuilderTexts {
	private readonly parser: NodeTypeParser;

	/** @param descriptions - with the names that they have in n8n, e.g. n8n-nodes-veo.veo */
	constructor(private readonly descriptions: readonly INodeTypeDescription[]) {
		this.parser = new NodeTypeParser([...descriptions]);
	}

	/** The result of search_nodes (2.41.1, NodeCatalogService.searchInstalledNodes). */
	search(queries: readonly string[]): string {
		return searchCodeBuilderNodes(this.parser, [...queries]).results;
	}

	/**
	 * The result of get_node_types (2.41.1, NodeCatalogService.getSynthesizedNodeTypeDefinition): for a
	 * node of a community package, the type definition is generated from its description.
	 */
	typeDefinition(nodeType: string): string {
		const description = this.descriptions.find(({ name }) => name === nodeType);
		if (!description) throw new Error(`There is no node ${nodeType}`);
		const properties = description.properties.filter(({ type }) => type !== 'hidden');
		return generateNodeTypeFile(toSdkNode({ ...description, properties }));
	}
}

/** The SDK declares its own type for the same description. */
function toSdkNode(description: INodeTypeDescription): SdkNode {
	return JSON.parse(JSON.stringify(description));
}

/** The part of a type definition for one operation, or all of it for a node without operations. */
export function sectionOf(definition: string, resource: unknown, operation: unknown): string {
	if (operation === undefined) return definition;
	const end = `  resource: '${String(resource)}';\n  operation: '${String(operation)}';`;
	const at = definition.indexOf(end);
	const start = definition.lastIndexOf('\nexport type ', at);
	return at === -1 ? '' : definition.slice(start, definition.indexOf('\n};', at));
}

/** What a section lacks to set this parameter to this value; undefined if it lacks nothing. */
export function missingFor(section: string, name: string, value: unknown): string | undefined {
	const [, type] = new RegExp(`^\\s*${name}\\??: (.*)$`, 'm').exec(section) ?? [];
	if (type === undefined) return name;
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return Object.entries(value)
			.map(([key, entry]) => missingFor(section, key, entry))
			.find((missing) => missing !== undefined);
	}
	const literals = [...type.matchAll(/'([^']*)'/g)].map(([, literal]) => literal);
	if (literals.length > 0) {
		const unknown = [value].flat().filter((entry) => !literals.includes(String(entry)));
		return unknown.length > 0 ? `${name}: ${unknown.join()}` : undefined;
	}
	return type.includes(typeof value) ? undefined : `${name} as a ${typeof value}`;
}
