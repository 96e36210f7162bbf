/** The heap of a process of tests: many programs share it, and each would keep it as small as one of its own. */
import { keepHeapLean } from "../../src/engine/lean-heap";

keepHeapLean(false);
