package io.waybill.spec;

import io.waybill.message.LaneName;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Plan;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the specification reads a document. */
public sealed interface Reading {

  /**
   * Typed and keyed.
   *
   * @param operation what it asks for
   * @param messageId the sender's unique work item id
   * @param businessId e.g. the purchase order's number
   * @param lanes the lanes it belongs to, each once; empty where the operation is unsequenced
   * @param destination where it is to be posted
   * @param needs what must be true before it may be posted, as far as the document does not show it
   * @param announces what its being posted makes true for others
   * @param links the links it needs beside those of its destination
   * @param numbers the numbers it has in its lanes
   * @param plan the steps it goes through; null where it is posted once
   */
  record Read(
      String operation,
      String messageId,
      @Nullable String businessId,
      List<LaneName> lanes,
      String destination,
      List<Need> needs,
      List<PostedAs> announces,
      List<String> links,
      List<Numbered> numbers,
      @Nullable Plan plan)
      implements Reading {

    /** Is posted once. */
    public Read(
        String operation,
        String messageId,
        @Nullable String businessId,
        List<LaneName> lanes,
        String destination,
        List<Need> needs,
        List<PostedAs> announces,
        List<String> links,
        List<Numbered> numbers) {
      this(
          operation,
          messageId,
          businessId,
          lanes,
          destination,
          needs,
          announces,
          links,
          numbers,
          null);
    }

    /** Has no numbers, and is posted once. */
    public Read(
        String operation,
        String messageId,
        @Nullable String businessId,
        List<LaneName> lanes,
        String destination,
        List<Need> needs,
        List<PostedAs> announces,
        List<String> links) {
      this(
          operation, messageId, businessId, lanes, destination, needs, announces, links, List.of());
    }

    /** Needs no links but those of its destination. */
    public Read(
        String operation,
        String messageId,
        @Nullable String businessId,
        List<LaneName> lanes,
        String destination,
        List<Need> needs,
        List<PostedAs> announces) {
      this(operation, messageId, businessId, lanes, destination, needs, announces, List.of());
    }

    /** Needs and announces nothing but links. */
    public Read(
        String operation,
        String messageId,
        @Nullable String businessId,
        List<LaneName> lanes,
        String destination,
        List<String> links) {
      this(operation, messageId, businessId, lanes, destination, List.of(), List.of(), links);
    }

    /** Needs and announces nothing. */
    public Read(
        String operation,
        String messageId,
        @Nullable String businessId,
        List<LaneName> lanes,
        String destination) {
      this(operation, messageId, businessId, lanes, destination, List.of());
    }
  }

  /**
   * Cannot be read, typed or keyed.
   *
   * @param reason {@code UNREADABLE}, {@code UNTYPED}, {@code UNKEYED}, {@code TOO_LARGE} or {@code
   *     ROUTE_FAILED}
   * @param detail what is wrong, where, and what would be right
   * @param operation the operation, where at least that is known
   * @param messageId the id, where at least that is known
   */
  record Unread(
      Reason reason, String detail, @Nullable String operation, @Nullable String messageId)
      implements Reading {}
}
