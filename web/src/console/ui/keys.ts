/* One-letter shortcuts. They are silent while somebody types, holds a modifier, or a dialog is open. */
import { onBeforeUnmount, onMounted } from 'vue'

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
function dialogOpen(): boolean {
  return Array.from(document.querySelectorAll<HTMLElement>('dialog[open], .el-overlay'))
    .some((e) => e.offsetParent !== null || (e instanceof HTMLDialogElement && e.open))
}

export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const heard = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || dialogOpen()) return
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!act) return
    /* Enter on a focused control means that control */
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button, a, [role="option"]')) return
    event.preventDefault()
    act(event)
  }
  onMounted(() => addEventListener('keydown', heard))
  onBeforeUnmount(() => removeEventListener('keydown', heard))
}
