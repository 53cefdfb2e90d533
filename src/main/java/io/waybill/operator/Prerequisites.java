package io.waybill.operator;

import io.waybill.journal.Moment;
import io.waybill.message.Changeover;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.PostedAs;
import io.waybill.message.Status;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Kind;
import io.waybill.spec.Operation;
import io.waybill.spec.SequencingGroup;
import io.waybill.spec.Specification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a message requires and has not: whether it was ever received, and what became of it. */
final class Prerequisites {

  private final Moment moment;
  private final Specification specification;

  Prerequisites(Moment moment, Specification specification) {
    this.moment = moment;
    this.specification = specification;
  }

  /**
   * Something that is missing.
   *
   * @param from the message that is expected to bring it, or would have; null for none
   */
  record Missing(Cause cause, @Nullable MessageRow from) {}

  /** What is missing, in the order in which the specification names it. */
  List<Missing> missing(MessageRow row) {
    List<Need> needs = row.received().needs();
    Set<PostedAs> posted =
        moment.posted(needs.stream().flatMap(need -> need.anyOf().stream()).toList());
    List<Missing> missing = new ArrayList<>();
    for (Need need : needs) {
      if (need.anyOf().stream().noneMatch(posted::contains)) {
        missing.add(missing(row, need));
      }
    }
    return missing;
  }

  private Missing missing(MessageRow row, Need need) {
    List<MessageRow> bringing = bringing(row, need);
    MessageRow from = bringing.isEmpty() ? null : bringing.get(0);
    String text = "requires " + need.text() + ": " + became(need, from, bringing.size());
    Cause cause =
        Cause.of(Kind.PREREQUISITE, need.text(), text + deadline(need), help(row, need, from))
            .until(need.until());
    return new Missing(cause, from);
  }

  /** Who may still bring it comes first, as the engine expects it; then who would have. */
  private List<MessageRow> bringing(MessageRow row, Need need) {
    Map<Long, MessageRow> found = new TreeMap<>();
    for (PostedAs fact : need.anyOf()) {
      moment.bringing(fact, nameSpaces(fact)).forEach(each -> found.put(each.seq(), each));
    }
    found.remove(row.seq());
    return found.values().stream()
        .sorted(Comparator.comparingInt(each -> hope(each.standing().status())))
        .toList();
  }

  private static int hope(Status status) {
    return switch (status) {
      case SUBMITTED, POSTING, RETRIABLE, RETRY, IN_DOUBT, CANCELLING -> 0;
      case FAILED, POSTED -> 1;
      case SKIPPED, CANCELLED -> 2;
    };
  }

  private List<String> nameSpaces(PostedAs fact) {
    return specification.sequencing().groupsOf(fact.operation()).stream()
        .map(SequencingGroup::lockNameSpace)
        .toList();
  }

  private String became(Need need, @Nullable MessageRow from, int number) {
    if (need.anyOf().isEmpty()) {
      return "the document does not have it, and nothing else can bring it";
    }
    if (Changeover.awaitedBy(need)) {
      return "the rules of order changed, and those that came before have to close first";
    }
    if (from == null) {
      return announced(need)
          ? "the document does not have it, and no message that announces it is on its way"
          : "no message that brings it was ever received";
    }
    String others = number == 1 ? "" : " (and %d more like it)".formatted(number - 1);
    return "message %d%s ".formatted(from.seq(), others)
        + switch (from.standing().status()) {
          case FAILED -> "would bring it, but failed";
          case SKIPPED -> "was skipped, and a skipped message satisfies nobody";
          case CANCELLED -> "was cancelled";
          case POSTED -> "was posted just now";
          default -> "brings it, and is " + from.standing().status().sqlName();
        };
  }

  private static boolean announced(Need need) {
    return need.anyOf().stream().allMatch(fact -> fact.by() == PostedAs.By.FIELD);
  }

  private String deadline(Need need) {
    Instant until = need.until();
    if (until == null) {
      return "";
    }
    String then = need.fails() ? "fails" : "is held for a person";
    return moment.at().isBefore(until)
        ? "; it %s if that has not come by %s".formatted(then, until)
        : "; its time ended at %s, and what comes late still wakes it".formatted(until);
  }

  private @Nullable String help(MessageRow row, Need need, @Nullable MessageRow from) {
    String waive = "waive %d does without it".formatted(row.seq());
    if (Changeover.awaitedBy(need)) {
      return "wait: it goes on by itself when the last of them has closed; or " + waive;
    }
    if (from != null && !from.standing().status().closed()) {
      return null;
    }
    if (from != null && from.standing().status() == Status.POSTED) {
      return "wait: it goes on by itself";
    }
    if (from != null) {
      return "have %s sent again under a new id; or %s".formatted(need.text(), waive);
    }
    if (need.anyOf().isEmpty()) {
      return waive;
    }
    return announced(need)
        ? "send the document that announces it (%s); or %s".formatted(announcing(need), waive)
        : "have %s sent, and it goes on by itself; or %s".formatted(need.text(), waive);
  }

  /** The operations that announce it. */
  private String announcing(Need need) {
    return specification.operations().values().stream()
        .filter(
            operation ->
                operation.announces().stream()
                    .anyMatch(
                        announcement ->
                            need.anyOf().stream()
                                .anyMatch(
                                    fact ->
                                        fact.operation().equals(announcement.operation())
                                            && fact.value()
                                                .startsWith(announcement.field() + " "))))
        .map(Operation::name)
        .collect(Collectors.joining(", "));
  }
}
