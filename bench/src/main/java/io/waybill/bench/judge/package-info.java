/** What has arrived, and whether it is what was sent. */
@NullMarked
package io.waybill.bench.judge;

import org.jspecify.annotations.NullMarked;
