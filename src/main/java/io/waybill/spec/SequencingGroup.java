package io.waybill.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations whose messages keep order among each other.
 *
 * @param name e.g. {@code customer}
 * @param lockNameSpace the first part of its lanes' names, its own
 * @param members what is said of each of its operations, by operation
 */
public record SequencingGroup(String name, String lockNameSpace, Map<String, Member> members) {

  /** A group of these members. */
  public SequencingGroup {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /**
   * An operation in the group.
   *
   * @param keys each yields the key of one lane
   * @param numbering that the lane of the first key follows its numbers; null where it does not
   */
  public record Member(List<Expression> keys, @Nullable Numbering numbering) {

    /** A member in the lanes of these keys. */
    public Member {
      keys = List.copyOf(keys);
    }

    /** A member without numbers. */
    public Member(List<Expression> keys) {
      this(keys, null);
    }
  }
}
