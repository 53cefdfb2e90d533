package io.waybill.bench.backlog;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of another JVM on this machine. */
final class Heap implements AutoCloseable {

  private static final double MEBIBYTE = 1 << 20;

  private final JMXConnector connector;
  private final MemoryMXBean memory;

  private Heap(JMXConnector connector) throws IOException {
    this.connector = connector;
    this.memory =
        ManagementFactory.newPlatformMXBeanProxy(
            connector.getMBeanServerConnection(),
            ManagementFactory.MEMORY_MXBEAN_NAME,
            MemoryMXBean.class);
  }

  /** That of this process, which the benchmark has started itself. */
  @SuppressWarnings("BanJNDI")
  static Heap of(ProcessHandle process) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      return new Heap(JMXConnectorFactory.connect(new JMXServiceURL(address)));
    } catch (AttachNotSupportedException e) {
      throw new IOException("The JVM " + process.pid() + " cannot be looked into", e);
    }
  }

  /** What is left after a collection, in MiB. */
  double usedMib() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() / MEBIBYTE;
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
