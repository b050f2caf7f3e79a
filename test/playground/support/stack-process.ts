// Starts a stack, prints the process ids of its containers, and waits to be killed.
import { Stack } from '../../../playground/stack';

void Stack.up({ props: { proxy: { replicas: 1 } } }).then((stack) => {
  console.log(JSON.stringify(stack.containers.map(({ pid }) => pid)));
});
