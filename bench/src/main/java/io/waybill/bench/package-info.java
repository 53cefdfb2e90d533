/** The benchmark: its command line. Read {@code Bench} first. */
@NullMarked
package io.waybill.bench;

import org.jspecify.annotations.NullMarked;
