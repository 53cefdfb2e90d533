package io.waybill.spec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of an operation keep order: where this changes, those that come anew have to
 * wait until those that came before have closed.
 *
 * @param operation its name
 * @param groups the sequencing groups it is in
 * @param rules its keys, numbers, lock name spaces and ties, as a text that is equal where they are
 */
public record Ordering(String operation, Set<String> groups, String rules) {

  /** An ordering in these groups. */
  public Ordering {
    groups = Set.copyOf(groups);
  }

  /** The orderings of a specification, by operation. */
  public static Map<String, Ordering> of(Specification specification) {
    Map<String, Ordering> all = new LinkedHashMap<>();
    for (Operation operation : specification.operations().values()) {
      String name = operation.name();
      List<SequencingGroup> groups = specification.sequencing().groupsOf(name);
      all.put(
          name,
          new Ordering(
              name,
              groups.stream().map(SequencingGroup::name).collect(Collectors.toSet()),
              rules(operation, groups, specification)));
    }
    return all;
  }

  private static String rules(
      Operation operation, List<SequencingGroup> groups, Specification specification) {
    Map<String, String> ties = specification.sequencing().ties();
    TreeMap<String, Object> lanes = new TreeMap<>();
    for (SequencingGroup group : groups) {
      String space = group.lockNameSpace();
      SequencingGroup.Member member = group.members().get(operation.name());
      lanes.put(space, List.of(ties.getOrDefault(space, space), Objects.requireNonNull(member)));
    }
    List<Object> rules =
        List.of(lanes, operation.requires(), operation.after(), operation.announces());
    String text = text(rules);
    // an XPath means what its prefixes stand for
    return text.contains("XPath") ? text + text(specification.nameSpaces()) : text;
  }

  /**
   * The parts of a record that say what it means. Whatever is added to these records later counts
   * by itself; where something is written and how long it is waited for does not.
   */
  private static String text(@Nullable Object value) {
    if (value instanceof Record words) {
      StringBuilder text = new StringBuilder(value.getClass().getSimpleName());
      for (RecordComponent part : value.getClass().getRecordComponents()) {
        if (part.getType() != Place.class
            && part.getType() != Duration.class
            && !part.getName().equals("fails")) {
          text.append(' ').append(part.getName()).append('=').append(text(part(part, words)));
        }
      }
      return "(" + text + ")";
    }
    if (value instanceof Set<?> set) {
      return set.stream().map(Ordering::text).sorted().toList().toString();
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Ordering::text).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> texts = new TreeMap<>();
      map.forEach((key, each) -> texts.put(String.valueOf(key), text(each)));
      return texts.toString();
    }
    return value == null ? "-" : "'" + value + "'";
  }

  private static @Nullable Object part(RecordComponent part, Record of) {
    try {
      return part.getAccessor().invoke(of);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("A part of %s cannot be read".formatted(of), e);
    }
  }

  /**
   * Which operations are concerned by what changed between two specifications: those that keep
   * another order now, with all they share a group with, before or now. An operation that is new
   * has nothing to wait for, and one that is gone brings nothing new.
   *
   * @return a set for each change that has nothing to do with the others
   */
  public static List<Set<String>> changed(
      Map<String, Ordering> before, Map<String, Ordering> after) {
    Map<String, Set<String>> members = new HashMap<>();
    for (Map<String, Ordering> some : List.of(before, after)) {
      some.values()
          .forEach(
              each ->
                  each.groups()
                      .forEach(
                          group ->
                              members
                                  .computeIfAbsent(group, name -> new TreeSet<>())
                                  .add(each.operation())));
    }
    List<Set<String>> changes = new ArrayList<>();
    for (Ordering now : after.values()) {
      Ordering old = before.get(now.operation());
      if (old != null && !old.rules().equals(now.rules())) {
        Set<String> concerned = new TreeSet<>(Set.of(now.operation()));
        Set<String> groups = new HashSet<>(old.groups());
        groups.addAll(now.groups());
        groups.forEach(group -> concerned.addAll(members.getOrDefault(group, Set.of())));
        join(changes, concerned);
      }
    }
    return changes;
  }

  /** Those that have an operation in common are one change. */
  private static void join(List<Set<String>> changes, Set<String> concerned) {
    changes.removeIf(
        other -> {
          boolean common = other.stream().anyMatch(concerned::contains);
          if (common) {
            concerned.addAll(other);
          }
          return common;
        });
    changes.add(concerned);
  }
}
