"use strict";(()=>{
for(const b of document.querySelectorAll("[data-layers]")){
const l=b.querySelector("label"),f=[...b.querySelectorAll("[data-layer]")],r=l.querySelector("input"),o=l.querySelector("output");
const one=()=>{f.forEach((n,i)=>n.hidden=i!==+r.value);o.textContent=f[r.value].dataset.layer};
const d=[...b.querySelectorAll("details")];for(const n of d)n.addEventListener("toggle",()=>{for(const m of d)m.open=n.open});
l.hidden=false;b.dataset.one="";r.addEventListener("input",one);one()}
const $=(q,n=document)=>[...n.querySelectorAll(q)],form=$("#filter")[0],table=$("#grid table")[0];
if(!form||!table)return;
const body=table.tBodies[0],all=[...body.rows],heads=$("thead th",table),out=$("output",form)[0];
const rows=all.filter(r=>r.dataset.c).map(r=>({r,g:r.dataset.g,p:r.dataset.p,t:r.textContent.toLowerCase(),
a:document.getElementById(r.dataset.c),v:$("td.v",r)}));
const groups=$("tr.g",body),parts=$("[data-part]").map(n=>({n,a:$("article",n)}));
const field=n=>form.elements[n];
const families=$("th[data-f],td[data-f],.m[data-f]");
let family="";
function show(){
const words=field("text").value.toLowerCase().split(/\s+/).filter(Boolean),paper=field("paper").value;
const said=new Set($("input[name=verdict]:checked",form).map(i=>i.value)),f=field("family").value;
if(f!==family){family=f;for(const n of families)n.hidden=!!f&&n.dataset.f!==f}
const left=new Set();let count=0;
for(const o of rows){
const ok=(!paper||o.p===paper)&&words.every(w=>o.t.includes(w))&&o.v.some(c=>(!f||c.dataset.f===f)&&said.has(c.dataset.v));
if(o.r.hidden===ok)o.r.hidden=!ok;
if(o.a&&o.a.hidden===ok)o.a.hidden=!ok;
if(ok){count++;left.add(o.g)}}
for(const g of groups)g.hidden=!left.has(g.dataset.g)||sorted>0;
for(const p of parts)p.n.hidden=!p.a.some(a=>!a.hidden);
out.textContent=`${count} of ${rows.length} claims`}
let sorted=0,down=false;
const order=["failed","refuted","vacuous","undecided","supported","not measured"];
function key(r,i){const c=r.cells[i];return c.dataset.v?order.indexOf(c.dataset.v)+(1-1/(1+Math.exp(-(+c.dataset.n||0))))/2:c.textContent}
function sort(i){
down=sorted===i+1?!down:false;sorted=i+1;
if(i===0&&!down){sorted=0;body.append(...all)}
else{const k=new Map(rows.map(o=>[o.r,key(o.r,i)]));
const s=rows.map(o=>o.r).sort((a,b)=>{const x=k.get(a),y=k.get(b);return typeof x==="number"?x-y:x.localeCompare(y,"en",{numeric:true})});
if(down)s.reverse();body.append(...s)}
heads.forEach((h,j)=>h.setAttribute("aria-sort",j===i&&(sorted||i===0)?(down?"descending":"ascending"):"none"));show()}
heads.forEach((h,i)=>{const b=document.createElement("button");b.type="button";b.textContent=h.textContent;h.replaceChildren(b);
h.setAttribute("aria-sort","none");b.addEventListener("click",()=>sort(i))});
form.hidden=false;form.addEventListener("input",show);form.addEventListener("submit",e=>e.preventDefault());
form.addEventListener("reset",()=>setTimeout(show));
addEventListener("beforeprint",()=>$("article:not([hidden]) details").forEach(d=>d.open=true));
show()})()
