/** What is measured: one class for each, and the process it runs in. */
@NullMarked
package io.waybill.bench.candidate;

import org.jspecify.annotations.NullMarked;
