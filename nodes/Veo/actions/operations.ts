import type { INodeProperties } from 'n8n-workflow';
import * as upload from './image/upload.operation';
import type { Operation } from './operation';
import * as download from './video/download.operation';
import * as generate from './video/generate.operation';
import * as getStatus from './video/getStatus.operation';

/** All operations by resource and name. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
	['video:generate', generate],
	['video:getStatus', getStatus],
	['video:download', download],
	['image:upload', upload],
]);

export const operationFields: INodeProperties[] = [...OPERATIONS.values()].flatMap(
	({ description }) => description,
);

export function findOperation(resource: string, operation: string): Operation | undefined {
	return OPERATIONS.get(`${resource}:${operation}`);
}
