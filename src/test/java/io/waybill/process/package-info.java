/** The packaged broker as a process of its own, what sends to it and what it posts to. */
@NullMarked
package io.waybill.process;

import org.jspecify.annotations.NullMarked;
