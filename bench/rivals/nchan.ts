import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "../lib/shell.ts";
import type { Rival } from "../lib/types.ts";

const BINARY = "/usr/sbin/nginx";
const MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so";

// Started as root, nginx would run its worker as a user that cannot write to our folder.
const user = (): string => (process.getuid?.() === 0 ? "user root;" : "");

const config = (port: number, folder: string): string => `
${user()}
load_module ${MODULE};
daemon off;
worker_processes 1;
worker_rlimit_nofile 65536;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log crit;
events { worker_connections 40000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  nchan_max_reserved_memory 512M;
  nchan_message_timeout 10s;
  nchan_message_buffer_length 1000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    nchan_subscriber_first_message newest;
    location = /sub { nchan_subscriber websocket; nchan_channel_id $arg_sub; }
    location = /pub { nchan_publisher websocket; nchan_channel_id $arg_pub; }
    location = /pubsub {
      nchan_pubsub websocket;
      nchan_publisher_channel_id $arg_pub;
      nchan_subscriber_channel_id $arg_sub;
    }
  }
}
`;

export const nchan: Rival = {
  id: "nchan",
  title: "nchan",
  dialect: "nchan",
  packages: [
    { package: "nginx", file: BINARY },
    { package: "libnginx-mod-nchan", file: MODULE },
  ],
  allowsAnonymous: false,
  version: () => {
    const module = outputOf(["dpkg-query", "--show", "libnginx-mod-nchan"]).replace(/\s+/, " ");
    return `${outputOf([BINARY, "-v"]).replace("nginx version: ", "")}, ${module}`;
  },
  command: (port, folder) => {
    const file = join(folder, "nginx.conf");
    mkdirSync(join(folder, "logs"), { recursive: true });
    writeFileSync(file, config(port, folder));
    return [BINARY, "-p", folder, "-c", file, "-e", `${folder}/error.log`];
  },
};
