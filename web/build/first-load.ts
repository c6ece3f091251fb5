/* Everything that a face's first screen needs goes into one script and one style sheet. Left to itself the bundler makes a chunk of
 * every set of modules that the same screens share: a dozen small files, and on a phone's line each costs a round trip. */
interface Module { isEntry: boolean, importers: readonly string[] }
interface Graph { getModuleInfo: (id: string) => Module | null }

/** Names the chunk of a module that the entry imports, directly or by others, without waiting for anything. `others`: entries that are
 * no page (a worker). */
export function firstLoad(others: readonly string[] = []): (id: string, graph: Graph) => string | null {
  const known = new Map<string, boolean>()

  function isFirst(id: string, graph: Graph, asked: Set<string>): boolean {
    const held = known.get(id)
    if (held !== undefined) return held
    if (asked.has(id)) return false
    asked.add(id)
    if (others.includes(id)) return false
    const module = graph.getModuleInfo(id)
    return Boolean(module?.isEntry) || Boolean(module?.importers.some((importer) => isFirst(importer, graph, asked)))
  }

  return (id, graph) => {
    const first = isFirst(id, graph, new Set())
    known.set(id, first)
    return first && !graph.getModuleInfo(id)?.isEntry ? 'first' : null
  }
}
