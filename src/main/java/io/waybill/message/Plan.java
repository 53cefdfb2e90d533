package io.waybill.message;

import java.util.List;

/**
 * The steps of a process in turn, as planned when its document was read. The plan is kept with the
 * message: a process that has begun goes on by it whatever the specification says by then.
 *
 * @param steps all of them, those included that this document does not ask for
 * @param freesLaneAt before which step the message leaves its lanes; the number of steps where it
 *     holds them to the end
 */
public record Plan(List<PlannedStep> steps, int freesLaneAt) {

  /** A plan of its own. */
  public Plan {
    steps = List.copyOf(steps);
  }

  /** A step by its number. */
  public PlannedStep step(int number) {
    return steps.get(number);
  }

  /** The first step that the document asks for. */
  public int first() {
    return after(-1);
  }

  /** The next step that the document asks for; -1 where there is none. */
  public int after(int number) {
    for (int next = number + 1; next < steps.size(); next++) {
      if (steps.get(next).needed()) {
        return next;
      }
    }
    return -1;
  }

  /** The step that the document asks for before that one; -1 where there is none. */
  public int before(int number) {
    for (int earlier = number - 1; earlier >= 0; earlier--) {
      if (steps.get(earlier).needed()) {
        return earlier;
      }
    }
    return -1;
  }

  /** Whether nothing follows it. */
  public boolean isLast(int number) {
    return after(number) < 0;
  }

  /** Whether the message holds its lanes during that step. */
  public boolean holdsLanes(int number) {
    return number < freesLaneAt;
  }

  /** Whether the lanes are free once that step has ended. */
  public boolean freesLanesAfter(int number) {
    int next = after(number);
    return next < 0 || !holdsLanes(next);
  }
}
