/** The state table: group commit, look-ups, recovery, history. The only room that knows SQL. */
@NullMarked
package io.waybill.journal;

import org.jspecify.annotations.NullMarked;
