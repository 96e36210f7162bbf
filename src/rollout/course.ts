/** A deployment that moves requests, as it is followed: its stages, its test, and what it came to. */
import type { ServiceControl, ServiceCourse, ServiceRequest } from "../ports";
import { testLimit } from "../model/strategy";
import { stageSeconds, stageWords } from "./stages";
import { runTest, type TestOptions } from "./tests";

/** Seconds after which the time that is left is reported again. */
const again = 60;

export interface CourseOptions extends TestOptions {
  readonly control: ServiceControl;
  /** Receives the stage of the deployment: when that changes, and each minute while its end is known. */
  readonly onStage: (words: string, stage: string | undefined, left: number | undefined) => void;
}

export class FollowedCourse {
  /** The test that has failed. */
  failedTest: { readonly message: string; readonly log: readonly string[] } | undefined;
  #course: ServiceCourse | undefined;
  /** That which this run has seen going on. */
  #arn: string | undefined;
  #stage: string | undefined;
  #words = "";
  /** Milliseconds slept when its stage began, and when it was last reported. */
  #since = 0;
  #told = 0;
  #tested: string | undefined;

  constructor(
    private readonly request: ServiceRequest,
    private readonly options: CourseOptions,
  ) {}

  /** The last stage that ECS was seen in before it went back. */
  get stage(): string | undefined {
    return this.#stage;
  }

  get isOpen(): boolean {
    return this.#course?.status === "going" || this.#course?.status === "going back";
  }

  /** Whether ECS has rolled back what this run has seen going on. */
  get hasFailed(): boolean {
    return this.#course?.status === "failed" && this.#course.arn === this.#arn;
  }

  /** ECS's own words. */
  get reason(): string | undefined {
    return this.#course?.reason;
  }

  /** @param waited - milliseconds slept since the service is followed */
  async look(waited: number): Promise<void> {
    const { shift } = this.request;
    if (shift === undefined) return;
    const course = await this.options.control.course(this.request);
    this.#course = course;
    if (course === undefined || !this.isOpen) return;
    this.#arn = course.arn;
    this.#tell(course, waited);
    if (course.hook !== undefined && course.hook !== this.#tested) await this.#test(course, course.hook);
  }

  #tell(course: ServiceCourse, waited: number): void {
    const { shift } = this.request;
    if (shift === undefined) return;
    const words = stageWords(course, shift);
    const isNew = words !== this.#words;
    if (isNew) this.#since = waited;
    if (course.status === "going") this.#stage = course.stage;
    const whole = stageSeconds(course, shift);
    if (!isNew && (whole === undefined || waited - this.#told < again * 1_000)) return;
    this.#words = words;
    this.#told = waited;
    const left =
      whole === undefined ? undefined : Math.max(Math.round(whole - (waited - this.#since) / 1_000), 0);
    this.options.onStage(words, course.stage, left);
  }

  async #test(course: ServiceCourse, hook: string): Promise<void> {
    const { control } = this.options;
    const test = this.request.shift?.test;
    this.#tested = hook;
    // A hook of a file that no longer asks for a test.
    if (test === undefined) return control.answer(this.request, course, "continue");
    const end = await runTest(this.request, test, this.options);
    if (end.kind === "left") return;
    if (end.kind === "failed") this.failedTest = end;
    await control.answer(this.request, course, end.kind === "succeeded" ? "continue" : "rollback");
  }
}

/** Milliseconds that a deployment which moves requests may take besides: its bakes, and its test. */
export function mostOf({ shift }: ServiceRequest): number {
  if (shift === undefined) return 0;
  const bakes = shift.bake * (shift.strategy === "canary" ? 2 : 1);
  return (bakes + (shift.test === undefined ? 0 : testLimit)) * 60_000;
}
