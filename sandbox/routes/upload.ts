import type { Multipart } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { apiPipeline } from '../apiPipeline';
import { uploadSchema } from '../contract';
import { invalid, success } from '../envelope';
import { visitOf } from '../pipeline';
import type { StoredImage } from '../uploads';
import { imageUrl, type World } from '../world';

/** POST /upload-video-image */
export function uploadRoute(app: FastifyInstance, world: World): void {
	const { preValidation, ...hooks } = apiPipeline(world, 'upload');

	// Received before validation, so that the schema judges a multipart form like any other body.
	const receive = async (request: FastifyRequest) => {
		request.body = await receiveForm(request, world);
	};

	app.post<{ Body: { file: string } }>(
		'/upload-video-image',
		{ schema: uploadSchema, ...hooks, preValidation: [...preValidation, receive] },
		async (request) => {
			const imageKey = request.body.file;
			return success({ imageUrl: imageUrl(world.originFor(request), imageKey), imageKey });
		},
	);
}

/**
 * Streams the form's one file to disk.
 * @returns the form, with the key of the stored image in the file's place
 * @throws ApiError 1000 for anything but one good image in a part named `file`
 */
async function receiveForm(request: FastifyRequest, world: World): Promise<{ file?: string }> {
	if (!request.isMultipart()) throw invalid('the body must be multipart/form-data');
	const images: StoredImage[] = [];
	try {
		for await (const part of request.parts()) {
			if (images.length > 0) throw invalid('only one file can be uploaded at a time');
			images.push(await receivePart(part, request, world));
		}
	} catch (error) {
		for (const { imageKey } of images) world.uploads.remove(imageKey);
		throw error instanceof Error && !('code' in error) ? invalid(error.message) : error;
	}
	return images[0] === undefined ? {} : { file: images[0].imageKey };
}

async function receivePart(
	part: Multipart,
	request: FastifyRequest,
	world: World,
): Promise<StoredImage> {
	if (part.type !== 'file') {
		throw invalid(`part ${part.fieldname} is no file: it has no file name`);
	}
	const file = await world.uploads.receive(part.file);
	const { bytes, signatureType } = file;
	// Typed as always there, but a part sent as bytes may come without a name.
	const fileName = part.filename ?? '';
	const { mimetype: declaredType } = part;
	visitOf(request).entry.upload = { fileName, declaredType, signatureType, bytes };
	const problem = problemOf(part.fieldname, fileName, bytes, part.file.truncated);
	if (problem === null && signatureType !== null) {
		return world.uploads.keep(file, signatureType, fileName);
	}
	world.uploads.discard(file);
	throw invalid(problem ?? 'the file is no JPEG, PNG or WebP image');
}

function problemOf(field: string, fileName: string, bytes: number, truncated: boolean) {
	if (field !== 'file') return `the file must be in a part named file, not ${field}`;
	if (fileName === '') return 'the file has no file name';
	if (truncated) return 'the file is larger than 50 MB';
	return bytes === 0 ? 'the file is empty' : null;
}
