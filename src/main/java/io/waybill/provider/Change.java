package io.waybill.provider;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a transaction changed, as its history keeps it. */
sealed interface Change {

  /** A row and its states as JSON; null where it was not there. */
  record Image(Row row, @Nullable String before, @Nullable String after) implements Change {}

  /** An amount added to a number. */
  record Added(Row row, String column, BigDecimal amount) implements Change {}

  /** Something that an operation of the provider undoes. */
  record ByInverse(String inverse, String argument) implements Change {}
}
