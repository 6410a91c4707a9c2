import type { INodeProperties } from 'n8n-workflow';
import type { Prepare } from '../execution/context';
import * as upload from './image/upload.operation';
import * as download from './video/download.operation';
import * as generate from './video/generate.operation';
import * as getStatus from './video/getStatus.operation';

interface Operation {
	fields: INodeProperties[];
	prepare: Prepare;
}

/** All that the node can do, by resource and operation. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
	['video:generate', generate],
	['video:getStatus', getStatus],
	['video:download', download],
	['image:upload', upload],
]);

export const operationFields: INodeProperties[] = [...OPERATIONS.values()].flatMap(
	({ fields }) => fields,
);

export function findOperation(resource: string, operation: string): Operation | undefined {
	return OPERATIONS.get(`${resource}:${operation}`);
}
