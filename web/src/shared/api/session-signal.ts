/* Says that the server no longer knows us (401). Listened to by the faces that have a login. */
const heard = new Set<() => void>()

export function onSessionEnded(listener: () => void): () => void {
  heard.add(listener)
  return () => heard.delete(listener)
}

export function sessionEnded(): void {
  for (const listener of heard) listener()
}
