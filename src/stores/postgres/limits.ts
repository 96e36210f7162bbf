/** GiB where the file says nothing: the least that RDS takes for gp3 (RDS User Guide, DB instance storage). */
export const leastStorage = 20;
