import { parseDocuments, tagText } from '../../helm-values/parts/yaml';
import { readText, unreadable } from '../base/files';

/** An object of a manifest, as far as anything of it is known. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: { readonly [field: string]: any };
}

/** Labels, or a selector of them. */
export interface Labels {
  readonly [name: string]: string;
}

/**
 * The objects of manifest files, in their order. "-" is standard input.
 *
 * @throws CliError for a file that can't be read or holds something else
 */
export function objectsOf(files: readonly string[]): KubeObject[] {
  return files.flatMap((file) => documentsOf(file).flatMap((document) => flat(document, file)));
}

function documentsOf(file: string): unknown[] {
  const parsed = parseDocuments(readText(file));
  if ('wrong' in parsed) throw unreadable(file, `it is no YAML: ${parsed.wrong}`);
  const { documents, tagged: [first] } = parsed.value;
  if (first !== undefined) throw unreadable(file, `document ${first.document + 1}: ${first.path} ${tagText(first)}`);
  return documents;
}

/** A list, as `kubectl get -o yaml` writes it, is what stands in it. */
function flat(document: unknown, file: string): KubeObject[] {
  if (document === undefined || document === null) return [];
  const { kind, metadata, items } = document as { kind?: unknown; metadata?: { name?: unknown }; items?: unknown };
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap((item) => flat(item, file));
  if (typeof kind !== 'string' || typeof metadata?.name !== 'string') throw unreadable(file, 'a document in it has no kind or no metadata.name, and is no object of Kubernetes');
  return [document as KubeObject];
}
