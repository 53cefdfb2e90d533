package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.Page;
import io.waybill.message.Status;
import org.jspecify.annotations.Nullable;

/**
 * One lane. Everyone who stands in it up to the known rank is held here in the order of the ranks;
 * beyond it others may be parked in the table, and the gaps between those held are not known.
 *
 * <p>Those held are linked, because nearly all come at the end and go at the front: neither then
 * takes longer where many stand between, nor touches any of them.
 */
final class Lane {

  private static final long ALL = Long.MAX_VALUE;
  private static final long NONE = Long.MIN_VALUE;

  final LaneName name;
  private @Nullable Place first;
  private @Nullable Place last;
  private int held;
  private long known = ALL;

  /** How many of those held stand up to the known rank. */
  private int near;

  /** The rank of a parked message that is first and is found elsewhere than by its lane. */
  private long foundElsewhere = NONE;

  /**
   * The last of those at the front that are being posted, one behind the other, and how many they
   * are; as far as anybody has looked.
   */
  private @Nullable Place lastPosting;

  private int posting;

  Lane(LaneName name) {
    this.name = name;
  }

  Place add(long rank, OpenMessage message) {
    Place before = last;
    while (before != null && before.rank > rank) {
      before = before.before;
    }
    if (before != null && before.rank == rank) {
      throw new IllegalStateException(
          "Messages %d and %d have the same rank in lane %s: the journal is damaged"
              .formatted(before.message.seq(), message.seq(), name));
    }
    Place place = new Place(this, rank, message);
    link(before, place, before == null ? first : before.behind);
    held++;
    near += rank <= known ? 1 : 0;
    if (lastPosting != null && rank < lastPosting.rank) {
      forgetPosting();
    }
    if (rank == foundElsewhere) {
      foundElsewhere = NONE;
    }
    return place;
  }

  private void link(@Nullable Place before, Place place, @Nullable Place behind) {
    place.before = before;
    place.behind = behind;
    if (before == null) {
      first = place;
    } else {
      before.behind = place;
    }
    if (behind == null) {
      last = place;
    } else {
      behind.before = place;
    }
  }

  void remove(Place place) {
    Place before = place.before;
    Place behind = place.behind;
    if ((before == null ? first : before.behind) != place) {
      throw new IllegalStateException(
          "Message %d is not at its rank in lane %s".formatted(place.message.seq(), name));
    }
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    held--;
    near -= place.rank <= known ? 1 : 0;
    if (lastPosting != null && place.rank <= lastPosting.rank) {
      posting--;
      lastPosting = place == lastPosting ? before : lastPosting;
    }
    // what is gone and lies among old objects would keep the next one, and that the one behind it,
    // until all of these are old too
    place.before = null;
    place.behind = null;
  }

  /** Whoever stands first; null where it is nobody, or not known. */
  @Nullable OpenMessage first() {
    return first == null || first.rank > known ? null : first.message;
  }

  /** Who stands directly before a message; null where it is nobody, or not known. */
  @Nullable OpenMessage before(Place place) {
    Place before = place.rank > known ? null : place.before;
    return before == null ? null : before.message;
  }

  /**
   * The first that is not being posted, behind at most so many that are; null where it is nobody.
   */
  @Nullable OpenMessage firstNotPosting(int behind) {
    Place next = lastPosting == null ? first : lastPosting.behind;
    while (next != null
        && next.rank <= known
        && posting <= behind
        && next.message.status == Status.POSTING
        && next.message.leavesLanesNext()) {
      lastPosting = next;
      posting++;
      next = next.behind;
    }
    return next == null || next.rank > known || posting > behind ? null : next.message;
  }

  /** Who is being posted has to be looked at again: somebody here no longer is, and stays. */
  void forgetPosting() {
    lastPosting = null;
    posting = 0;
  }

  /** From this rank on the table knows of more. */
  void parkedFrom(long rank, boolean elsewhere) {
    known(Math.min(known, rank - 1));
    if (elsewhere) {
      foundElsewhere = rank;
    } else if (rank < foundElsewhere) {
      foundElsewhere = NONE;
    }
  }

  /** The table was read up to this rank, or to the end. */
  void knownUpTo(long rank, boolean toTheEnd) {
    known(toTheEnd ? ALL : Math.max(known, rank));
  }

  private void known(long rank) {
    if (rank != known) {
      known = rank;
      near = held;
      for (Place far = last; far != null && far.rank > known; far = far.before) {
        near--;
      }
      forgetPosting();
    }
  }

  boolean known() {
    return known == ALL;
  }

  boolean isEmpty() {
    return held == 0 && known == ALL;
  }

  int held() {
    return held;
  }

  /** Whether so few are left before the parked ones that more have to be read. */
  boolean runsShort(int few) {
    return known != ALL && foundElsewhere == NONE && near <= few;
  }

  Page.OfLane page(int limit) {
    return new Page.OfLane(name, known, limit);
  }
}
