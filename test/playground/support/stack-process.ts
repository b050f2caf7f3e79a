// Starts a stack, prints its folder and the process ids of its containers, and waits to be killed.
import { Stack } from '../../../playground/stack';

void Stack.up({ props: { proxy: { replicas: 1 } } }).then((stack) => {
  console.log(JSON.stringify({ folder: stack.folder, pids: stack.containers.map(({ pid }) => pid) }));
});
