/** Added to `min-replicas-to-write` to make a server refuse writes: by its own agent, or, with more, by those who cut over from it. What is below a thousand is the former value. */
export const FENCES = { own: 100_000_000, cutOver: 1_000_000_000 };
