/** The PostgreSQL and the Artemis that all candidates share, in a process of their own. */
@NullMarked
package io.waybill.bench.services;

import org.jspecify.annotations.NullMarked;
