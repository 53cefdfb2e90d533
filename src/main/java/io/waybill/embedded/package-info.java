/** Starts the PostgreSQL and the Artemis that the broker brings along when none is configured. */
@NullMarked
package io.waybill.embedded;

import org.jspecify.annotations.NullMarked;
