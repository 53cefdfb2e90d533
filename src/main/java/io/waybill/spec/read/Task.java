package io.waybill.spec.read;

import io.waybill.message.LaneName;
import io.waybill.message.Numbered;
import io.waybill.message.Plan;
import io.waybill.message.Reason;
import io.waybill.spec.Expression;
import io.waybill.spec.Numbering;
import io.waybill.spec.Operation;
import io.waybill.spec.Reading;
import io.waybill.spec.SequencingGroup;
import io.waybill.spec.Specification;
import io.waybill.spec.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An operation, compiled: reads documents that are known to ask for it. */
final class Task {

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** A lane of one lock name space, and the number in it. */
  private record Key(String nameSpace, Extractor extractor, @Nullable Extractor number) {}

  /** One possible way. */
  private record Way(List<Premise> when, String to) {}

  /** A link that is needed under these conditions. */
  private record Need(List<Premise> when, String link) {}

  private final Operation operation;
  private final List<Premise> match;
  private final @Nullable Extractor id;
  private final @Nullable Extractor businessId;
  private final List<Key> keys = new ArrayList<>();
  private final List<Way> ways = new ArrayList<>();
  private final List<Need> links = new ArrayList<>();
  private final Conditions conditions;

  /** Of each step. */
  private final List<List<Premise>> stepsWhen = new ArrayList<>();

  /** Compiles an operation. */
  Task(Operation operation, Specification specification, Compiler compiler) {
    this.operation = operation;
    this.match = compiler.premises(operation, operation.match());
    this.id = operation.id() == null ? null : compiler.extractor(operation, operation.id());
    this.businessId =
        operation.businessId() == null
            ? null
            : compiler.extractor(operation, operation.businessId());
    for (SequencingGroup group : specification.sequencing().groupsOf(operation.name())) {
      SequencingGroup.Member member = group.members().get(operation.name());
      if (member != null) {
        addKeys(group.lockNameSpace(), member, compiler);
      }
    }
    operation
        .post()
        .forEach(
            route -> ways.add(new Way(compiler.premises(operation, route.when()), route.to())));
    operation
        .links()
        .forEach(
            link -> links.add(new Need(compiler.premises(operation, link.when()), link.name())));
    Steps steps = operation.steps();
    if (steps != null) {
      steps.all().forEach(step -> stepsWhen.add(compiler.premises(operation, step.when())));
    }
    this.conditions = new Conditions(operation, compiler);
  }

  private void addKeys(String nameSpace, SequencingGroup.Member member, Compiler compiler) {
    Numbering numbering = member.numbering();
    for (Expression key : member.keys()) {
      boolean first = key == member.keys().get(0);
      keys.add(
          new Key(
              nameSpace,
              compiler.extractor(operation, key),
              numbering == null || !first
                  ? null
                  : compiler.extractor(operation, numbering.number())));
    }
  }

  String name() {
    return operation.name();
  }

  /** Whether a document that does not say its operation can be recognised as this one. */
  boolean canMatch() {
    return !match.isEmpty();
  }

  /** Whether a document that does not say its operation asks for this one. */
  boolean matches(Document document) throws Broken {
    return canMatch() && Premise.all(match, document);
  }

  /** Reads a document that asks for this operation. */
  Reading read(Document document) {
    String known = null;
    try {
      String messageId = messageId(document);
      known = messageId;
      String business = business(document);
      Set<LaneName> lanes = new TreeSet<>();
      List<Numbered> numbers = new ArrayList<>(1);
      for (Key key : keys) {
        String what = "key in lock name space " + key.nameSpace();
        LaneName lane = new LaneName(key.nameSpace(), text(what, key.extractor(), document));
        lanes.add(lane);
        if (key.number() != null) {
          numbers.add(new Numbered(lane, number(key.nameSpace(), key.number(), document)));
        }
      }
      Plan plan = plan(document);
      return new Reading.Read(
          operation.name(),
          messageId,
          business,
          List.copyOf(lanes),
          plan == null ? destination(document) : plan.step(plan.first()).destination(),
          conditions.needs(document, lanes),
          conditions.announces(document),
          links(document),
          List.copyOf(numbers),
          plan);
    } catch (Broken e) {
      return unread(Reason.UNREADABLE, e.detail(), known);
    } catch (Unkeyed e) {
      return unread(e.reason, String.valueOf(e.getMessage()), known);
    }
  }

  private Reading unread(Reason reason, String detail, @Nullable String messageId) {
    return new Reading.Unread(reason, Quoted.plain(detail), operation.name(), messageId);
  }

  private long number(String nameSpace, Extractor extractor, Document document)
      throws Broken, Unkeyed {
    String what = "number in lock name space " + nameSpace;
    String text = text(what, extractor, document);
    if (NUMBER.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    Expression by = extractor.find(document).by();
    throw new Unkeyed(
        Reason.UNKEYED,
        "The %s of %s (%s, %s) cannot be used: '%s' is no whole number from 0 with at most 18 digits"
            .formatted(what, operation.name(), by.text(), by.at(), text));
  }

  private String messageId(Document document) throws Broken, Unkeyed {
    if (id != null) {
      return text("id", id, document);
    }
    String transported = document.submission().messageId();
    if (transported == null || transported.isBlank()) {
      throw new Unkeyed(
          Reason.UNKEYED,
          "The message carries no message id, and %s names no expression for it; write an id: in"
                  .formatted(operation.name())
              + " operations.yaml, or send the header Idempotency-Key (HTTP) or waybill_message_id"
              + " (JMS)");
    }
    Found found = Found.of(transported);
    if (found instanceof Found.Text text) {
      return text.text();
    }
    throw new Unkeyed(
        Reason.UNKEYED,
        "The message id that came with the document for %s cannot be used: %s"
            .formatted(operation.name(), why(found)));
  }

  private @Nullable String business(Document document) throws Broken, Unkeyed {
    if (businessId == null) {
      return null;
    }
    // It is for people to search by: a document without it is complete.
    return businessId.find(document).found() instanceof Found.Absent
        ? null
        : text("business-id", businessId, document);
  }

  private String text(String what, Extractor extractor, Document document) throws Broken, Unkeyed {
    return text(operation, what, extractor, document);
  }

  /** The text that an expression of an operation has to yield. */
  static String text(Operation operation, String what, Extractor extractor, Document document)
      throws Broken, Unkeyed {
    Extractor.Finding finding = extractor.find(document);
    if (finding.found() instanceof Found.Text text) {
      return text.text();
    }
    throw new Unkeyed(
        finding.found() instanceof Found.Foreign ? Reason.UNREADABLE : Reason.UNKEYED,
        "The %s of %s (%s, %s) cannot be used: %s"
            .formatted(
                what,
                operation.name(),
                finding.by().text(),
                finding.by().at(),
                why(finding.found())));
  }

  private static String why(Found found) {
    if (found instanceof Found.Absent absent) {
      return absent.why();
    }
    if (found instanceof Found.Foreign foreign) {
      return foreign.why();
    }
    return found instanceof Found.Unusable unusable ? unusable.why() : "it is a text";
  }

  private List<String> links(Document document) throws Broken {
    if (links.isEmpty()) {
      return List.of();
    }
    Set<String> needed = new TreeSet<>();
    for (Need need : links) {
      if (Premise.all(need.when(), document)) {
        needed.add(need.link());
      }
    }
    return List.copyOf(needed);
  }

  /** The steps that it goes through; null where it is posted once. */
  private @Nullable Plan plan(Document document) throws Broken, Unkeyed {
    Steps steps = operation.steps();
    if (steps == null) {
      return null;
    }
    Set<Integer> needed = new TreeSet<>();
    for (int place = 0; place < stepsWhen.size(); place++) {
      if (Premise.all(stepsWhen.get(place), document)) {
        needed.add(place);
      }
    }
    if (needed.isEmpty()) {
      throw new Unkeyed(
          Reason.UNTYPED,
          "No condition under steps: of %s holds for the document; write a step without when, or"
                  .formatted(operation.name())
              + " a match: that leaves such documents to another operation");
    }
    return steps.plan(needed);
  }

  private String destination(Document document) throws Broken, Unkeyed {
    for (Way way : ways) {
      if (Premise.all(way.when(), document)) {
        return way.to();
      }
    }
    throw new Unkeyed(
        Reason.UNTYPED,
        "No condition under post: of %s holds for the document; write { to: DESTINATION } as its"
                .formatted(operation.name())
            + " last entry for all others");
  }

  /** An id, a key or a destination cannot be had. */
  static final class Unkeyed extends Exception {

    private static final long serialVersionUID = 1L;
    private final Reason reason;

    Unkeyed(Reason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
    }
  }
}
