package io.waybill.spec.read;

import io.waybill.message.LaneName;
import io.waybill.message.Need;
import io.waybill.message.PostedAs;
import io.waybill.spec.Announcement;
import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Operation;
import io.waybill.spec.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What messages of an operation wait for and announce, compiled. */
final class Conditions {

  /** Under what a required message is found. */
  private record Under(PostedAs.By by, String name, Extractor value) {}

  private record Posted(Requirement.Posted requirement, List<Under> found) {}

  private record Field(Requirement.Field requirement, Premise there) {}

  private record Announced(Announcement announcement, Extractor key) {}

  private final Operation operation;
  private final List<Posted> posted = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();
  private final List<Announced> announced = new ArrayList<>();

  Conditions(Operation operation, Compiler compiler) {
    this.operation = operation;
    for (Requirement requirement : operation.requires()) {
      if (requirement instanceof Requirement.Posted other) {
        posted.add(
            new Posted(
                other,
                other.found().stream()
                    .map(
                        under ->
                            new Under(
                                under.by(),
                                name(under),
                                compiler.extractor(operation, under.value())))
                    .toList()));
      } else if (requirement instanceof Requirement.Field field) {
        fields.add(
            new Field(field, compiler.premises(operation, List.of(field.condition())).get(0)));
      }
    }
    operation
        .announces()
        .forEach(
            each -> announced.add(new Announced(each, compiler.extractor(operation, each.key()))));
  }

  /** How people know the value: by its own name, where it has one. */
  private static String name(Requirement.Under under) {
    return under.value() instanceof Expression.Value value
        ? value.name()
        : under.by().sqlName().replace('_', '-');
  }

  /** What a message with this document and these lanes needs. */
  List<Need> needs(Document document, Set<LaneName> lanes) throws Broken, Task.Unkeyed {
    if (posted.isEmpty() && fields.isEmpty()) {
      return List.of();
    }
    List<Need> needs = new ArrayList<>();
    for (Field field : fields) {
      if (!field.there().holds(document)) {
        needs.add(need(field.requirement(), lanes));
      }
    }
    for (Posted other : posted) {
      needs.add(need(other, document));
    }
    return needs;
  }

  private Need need(Requirement.Field field, Set<LaneName> lanes) {
    String equal =
        field.condition() instanceof Condition.Equal condition ? " = " + condition.text() : "";
    return new Need(
        "field " + field.field() + equal,
        lanes.stream()
            .map(lane -> PostedAs.announced(operation.name(), field.field(), lane.key()))
            .distinct()
            .toList(),
        null,
        false,
        null);
  }

  private Need need(Posted other, Document document) throws Broken, Task.Unkeyed {
    Requirement.Posted requirement = other.requirement();
    List<PostedAs> facts = new ArrayList<>(other.found().size());
    List<String> words = new ArrayList<>(other.found().size());
    for (Under under : other.found()) {
      String what =
          "%s of %s under requires"
              .formatted(under.by().sqlName().replace('_', '-'), requirement.operation());
      String value = Task.text(operation, what, under.value(), document);
      facts.add(new PostedAs(requirement.operation(), under.by(), value));
      words.add(under.name() + "=" + value);
    }
    return new Need(
        requirement.operation() + " " + words.stream().collect(Collectors.joining(" or ")),
        facts,
        requirement.within(),
        requirement.fails(),
        null);
  }

  /** What the posting of a message with this document announces. */
  List<PostedAs> announces(Document document) throws Broken, Task.Unkeyed {
    if (announced.isEmpty()) {
      return List.of();
    }
    List<PostedAs> facts = new ArrayList<>(announced.size());
    for (Announced each : announced) {
      Announcement announcement = each.announcement();
      String key = Task.text(operation, "key under announces", each.key(), document);
      facts.add(PostedAs.announced(announcement.operation(), announcement.field(), key));
    }
    return facts;
  }
}
