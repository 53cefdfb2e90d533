package io.waybill.spec;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Which operations keep order among each other, by which keys, and where their lanes live.
 *
 * <p>A message that is in several lanes needs all of them in one partition, which has one owner.
 * Where an operation has several keys, or is in several groups, its lock name spaces are therefore
 * <em>tied</em>: all lanes of a tie share one partition. Every other lane is spread by its own
 * name.
 */
public final class Sequencing {

  /** No groups. */
  public static final Sequencing NONE = new Sequencing(List.of(), Set.of());

  private final Map<String, SequencingGroup> groups;
  private final Set<String> unsequenced;
  private final Map<String, List<SequencingGroup>> groupsByOperation;
  private final Set<String> lockNameSpaces;
  private final Map<String, String> ties;
  private final Map<String, Long> firstNumbers;

  /**
   * These groups.
   *
   * @param groups each with a lock name space of its own
   * @param unsequenced operations whose messages keep no order
   */
  public Sequencing(Collection<SequencingGroup> groups, Set<String> unsequenced) {
    Map<String, SequencingGroup> byName = new LinkedHashMap<>();
    Map<String, List<SequencingGroup>> byOperation = new HashMap<>();
    Set<String> spaces = new TreeSet<>();
    for (SequencingGroup group : groups) {
      byName.put(group.name(), group);
      spaces.add(group.lockNameSpace());
      for (String operation : group.members().keySet()) {
        byOperation.merge(operation, List.of(group), Sequencing::both);
      }
    }
    this.groups = Collections.unmodifiableMap(byName);
    this.unsequenced = Collections.unmodifiableSet(new LinkedHashSet<>(unsequenced));
    this.groupsByOperation = Map.copyOf(byOperation);
    this.lockNameSpaces = Collections.unmodifiableSet(spaces);
    this.ties = ties(byOperation);
    this.firstNumbers = firstNumbers(groups);
  }

  private static List<SequencingGroup> both(
      List<SequencingGroup> some, List<SequencingGroup> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static Map<String, String> ties(Map<String, List<SequencingGroup>> byOperation) {
    Map<String, Set<String>> tied = new TreeMap<>();
    byOperation.forEach(
        (operation, groups) -> {
          boolean several =
              groups.size() > 1
                  || java.util.Objects.requireNonNull(groups.get(0).members().get(operation))
                          .keys()
                          .size()
                      > 1;
          if (several) {
            Set<String> together = new TreeSet<>();
            for (SequencingGroup group : groups) {
              together.add(group.lockNameSpace());
              together.addAll(tied.getOrDefault(group.lockNameSpace(), Set.of()));
            }
            together.forEach(space -> tied.put(space, together));
          }
        });
    Map<String, String> names = new TreeMap<>();
    tied.forEach((space, together) -> names.put(space, String.join("+", together)));
    return Collections.unmodifiableMap(names);
  }

  /** The groups by name. */
  public Map<String, SequencingGroup> groups() {
    return groups;
  }

  /** The groups an operation is in; empty where it is unsequenced. */
  public List<SequencingGroup> groupsOf(String operation) {
    return groupsByOperation.getOrDefault(operation, List.of());
  }

  /** The operations whose messages keep no order. */
  public Set<String> unsequenced() {
    return unsequenced;
  }

  /** All lock name spaces, sorted. */
  public Set<String> lockNameSpaces() {
    return lockNameSpaces;
  }

  /** The name of the tie of each tied lock name space, e.g. {@code acct -> acct+cust}. */
  public Map<String, String> ties() {
    return ties;
  }

  /** Every expression that yields a key or a number. */
  Stream<Expression> keys() {
    return groups.values().stream()
        .flatMap(group -> group.members().values().stream())
        .flatMap(
            member -> {
              Numbering numbering = member.numbering();
              return Stream.concat(
                  member.keys().stream(),
                  numbering == null ? Stream.of() : Stream.of(numbering.number()));
            });
  }

  /** How the lanes of a lock name space follow an operation's numbers; null where they do not. */
  public @Nullable Numbering numbering(String operation, String lockNameSpace) {
    for (SequencingGroup group : groupsOf(operation)) {
      SequencingGroup.Member member = group.members().get(operation);
      if (member != null && group.lockNameSpace().equals(lockNameSpace)) {
        return member.numbering();
      }
    }
    return null;
  }

  /** The first number of the lanes of each lock name space that follows numbers. */
  public Map<String, Long> firstNumbers() {
    return firstNumbers;
  }

  private static Map<String, Long> firstNumbers(Collection<SequencingGroup> groups) {
    Map<String, Long> first = new TreeMap<>();
    for (SequencingGroup group : groups) {
      for (SequencingGroup.Member member : group.members().values()) {
        Numbering numbering = member.numbering();
        if (numbering != null) {
          first.putIfAbsent(group.lockNameSpace(), numbering.first());
        }
      }
    }
    return Collections.unmodifiableMap(first);
  }

  /** The operations whose messages have numbers. */
  public Set<String> numbered() {
    Set<String> numbered = new TreeSet<>();
    for (SequencingGroup group : groups.values()) {
      group
          .members()
          .forEach(
              (operation, member) -> {
                if (member.numbering() != null) {
                  numbered.add(operation);
                }
              });
    }
    return numbered;
  }

  /**
   * The partition of a message: stable over restarts, nodes and platforms.
   *
   * @param lanes the lanes of the message; empty where it is unsequenced
   * @param key the key of the message, by which unsequenced messages are spread
   * @param partitions how many partitions there are
   */
  public int partition(List<LaneName> lanes, MessageKey key, int partitions) {
    String hashed;
    if (lanes.isEmpty()) {
      hashed = key.operation() + ":" + key.sender() + ":" + key.messageId();
    } else {
      LaneName lane = lanes.get(0);
      @Nullable String tie = ties.get(lane.nameSpace());
      hashed = tie == null ? lane.toString() : tie;
    }
    CRC32 crc = new CRC32();
    crc.update(hashed.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partitions);
  }
}
