package io.waybill.engine;

import io.waybill.message.Need;
import org.jspecify.annotations.Nullable;

/** A message waits for something it needs and has not. */
final class Wait {

  final Tie who;
  final Need need;

  /** The open message that is expected to bring it; null where none is known, or only a person. */
  @Nullable Tie on;

  /** Whether its time is over: a person has to decide, or what was missed comes late. */
  boolean overdue;

  /** The number before which others are missing; null where it needs something else. */
  final Series.@Nullable Member member;

  Wait(Tie who, Need need) {
    this(who, need, null);
  }

  Wait(Tie who, Need need, Series.@Nullable Member member) {
    this.who = who;
    this.need = need;
    this.member = member;
  }

  /** What it waits for, in words. */
  String text() {
    return member == null ? need.text() : member.series().missingText(member.number());
  }
}
