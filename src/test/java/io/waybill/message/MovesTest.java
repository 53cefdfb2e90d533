package io.waybill.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MovesTest {

  @Test
  void whatIsClosedForGoodLeadsNowhere() {
    assertThat(Moves.from(Status.SKIPPED)).isEmpty();
  }

  @Test
  void onlyAPersonClosesAsPostedWhatWasNotPosted() {
    for (Status from : new Status[] {Status.SUBMITTED, Status.RETRIABLE, Status.FAILED}) {
      assertThat(Moves.allowed(from, Status.POSTED)).isFalse();
      assertThat(Moves.allowedToPerson(from, Status.POSTED)).isTrue();
    }
  }

  @Test
  void onlyAPersonSendsAgainWhatWasPosted() {
    assertThat(Moves.allowed(Status.POSTED, Status.RETRY)).isFalse();
    assertThat(Moves.allowedToPerson(Status.POSTED, Status.RETRY)).isTrue();
  }

  @Test
  void whatIsOnItsWayIsNotRetried() {
    assertThat(Moves.from(Status.POSTING)).doesNotContain(Status.RETRY, Status.SKIPPED);
  }

  @Test
  void everyStatusCanBeReachedFromAFirstOne() {
    Set<Status> reached = new HashSet<>(Moves.FIRST);
    Deque<Status> open = new ArrayDeque<>(Moves.FIRST);
    while (!open.isEmpty()) {
      for (Status next : Moves.from(open.remove())) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    assertThat(reached).containsExactlyInAnyOrder(Status.values());
  }

  @Test
  void aStatusIsFoundByItsNameAndAnUnknownOneNamesTheKnown() {
    assertThat(Status.of("in_doubt")).isEqualTo(Status.IN_DOUBT);
    assertThatThrownBy(() -> Status.of("doubt")).hasMessageContaining("in_doubt");
  }
}
