import { extname } from 'node:path';

import type { Multipart } from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { apiPipeline } from '../apiPipeline';
import { uploadSchema } from '../contract';
import { ApiError, invalid, success } from '../envelope';
import { magicUploadCode } from '../magicPrompts';
import { contextOf } from '../pipeline';
import { IMAGE_EXTENSIONS, type ImageType } from '../signature';
import { imageUrl, type SandboxState } from '../state';
import type { StoredImage } from '../uploads';

/** POST /upload-video-image */
export function uploadRoute(app: FastifyInstance, state: SandboxState): void {
	const { preValidation, ...hooks } = apiPipeline(state, 'upload');

	// Parses the form before validation, so that the schema validates it like any other body.
	const receive = async (request: FastifyRequest) => {
		request.body = await receiveForm(request, state);
	};

	app
		.withTypeProvider<TypeBoxTypeProvider>()
		.post(
			'/upload-video-image',
			{ schema: uploadSchema, ...hooks, preValidation: [...preValidation, receive] },
			async (request) => {
				const imageKey = request.body.file;
				return success({ imageUrl: imageUrl(state.originFor(request), imageKey), imageKey });
			},
		);
}

/**
 * Streams the file of the form to disk.
 * @returns the form, with the key of the stored image in place of the file
 * @throws ApiError 1000 unless the form consists of one valid image in a part named `file`
 */
async function receiveForm(
	request: FastifyRequest,
	state: SandboxState,
): Promise<{ file?: string }> {
	if (!request.isMultipart()) throw invalid('the body must be multipart/form-data');
	const images: StoredImage[] = [];
	try {
		for await (const part of request.parts()) {
			if (images.length > 0) throw invalid('only one file can be uploaded at a time');
			images.push(await receivePart(part, request, state));
		}
	} catch (error) {
		for (const { imageKey } of images) state.uploads.remove(imageKey);
		throw error instanceof Error && !('code' in error) ? invalid(error.message) : error;
	}
	return images[0] === undefined ? {} : { file: images[0].imageKey };
}

async function receivePart(
	part: Multipart,
	request: FastifyRequest,
	state: SandboxState,
): Promise<StoredImage> {
	if (part.type !== 'file') {
		throw invalid(`part ${part.fieldname} isn't a file: it has no file name`);
	}
	const file = await state.uploads.receive(part.file);
	const { bytes, signatureType } = file;
	// The type says string, but a part sent as bytes can lack a file name.
	const fileName = part.filename ?? '';
	const { mimetype: declaredType } = part;
	contextOf(request).entry.upload = { fileName, declaredType, signatureType, bytes };
	const magicCode = magicUploadCode(fileName);
	if (magicCode !== undefined) {
		state.uploads.discard(file);
		throw new ApiError(magicCode, `the file name requests code ${magicCode}`);
	}
	const problem =
		problemOf(part.fieldname, fileName, bytes, part.file.truncated) ??
		extensionProblem(fileName, signatureType, state);
	if (problem === null && signatureType !== null) {
		return state.uploads.store(file, signatureType, fileName);
	}
	state.uploads.discard(file);
	throw invalid(problem ?? "the file isn't a JPEG, PNG or WebP image");
}

/** What servers do that detect the type by the name. */
function extensionProblem(fileName: string, type: ImageType | null, state: SandboxState) {
	if (state.settings.uploadExtensions === 'any' || type === null) return null;
	const extension = extname(fileName).slice(1).toLowerCase().replace('jpeg', 'jpg');
	return extension === IMAGE_EXTENSIONS[type]
		? null
		: `the file name must end with .${IMAGE_EXTENSIONS[type]}`;
}

function problemOf(field: string, fileName: string, bytes: number, truncated: boolean) {
	if (field !== 'file') return `the file must be in a part named file, not ${field}`;
	if (fileName === '') return 'the file has no file name';
	if (truncated) return 'the file is larger than 50 MB';
	return bytes === 0 ? 'the file is empty' : null;
}
