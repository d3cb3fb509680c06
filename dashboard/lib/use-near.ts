import { type RefObject, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** True once the element is in sight or a quarter of a window below it, or is printed: what nobody looks at yet does not hold up the page. */
export const useNear = (element: RefObject<Element | null>): boolean => {
  const [near, setNear] = useState(false)
  useEffect(() => {
    const { current } = element
    if (near || !current) return undefined
    const print = () => flushSync(() => setNear(true))
    const watch = new IntersectionObserver(
      (seen) => seen.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: '0px 0px 25% 0px' },
    )
    watch.observe(current)
    window.addEventListener('beforeprint', print)
    return () => {
      watch.disconnect()
      window.removeEventListener('beforeprint', print)
    }
  }, [element, near])
  return near
}
