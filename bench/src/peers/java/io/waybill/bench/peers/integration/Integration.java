package io.waybill.bench.peers.integration;

import io.waybill.bench.candidate.Surroundings;
import java.util.stream.IntStream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.context.IntegrationContextUtils;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The program: a flow from the queue to the stored channels, and one from each of these. */
public final class Integration {

  private Integration() {}

  /** Takes the numbers of consumers and of stored channels. */
  public static void main(String[] arguments) throws InterruptedException {
    Threads threads = new Threads(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean(Surroundings.class, Surroundings::here);
    context.registerBean(
        IntegrationContextUtils.TASK_SCHEDULER_BEAN_NAME,
        ThreadPoolTaskScheduler.class,
        () -> scheduler(threads.channels()));
    context.registerBean(Threads.class, () -> threads);
    context.registerBean(OrderFlows.class);
    context.register(Stores.class);
    context.refresh();
    OrderFlows flows = context.getBean(OrderFlows.class);
    IntegrationFlowContext started = context.getBean(IntegrationFlowContext.class);
    IntStream.range(0, threads.channels())
        .forEach(
            channel -> started.registration(flows.out(channel)).id("out-" + channel).register());
    started.registration(flows.in()).id("in").register();
    Surroundings.ready();
  }

  /** Each poller keeps a thread while it waits. */
  private static ThreadPoolTaskScheduler scheduler(int channels) {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(channels + 1);
    return scheduler;
  }
}
